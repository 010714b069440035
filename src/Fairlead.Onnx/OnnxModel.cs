using Fairlead.Onnx.Files;
using Fairlead.Onnx.Native;
using Fairlead.Onnx.Sessions;

namespace Fairlead.Onnx;

/// <summary>
/// A loaded model. <see cref="Run"/> and <see cref="Evaluate"/> may be called by many threads at once. After
/// <see cref="Dispose"/> new calls are refused and the model's memory goes back when the last call that was under way ends.
/// </summary>
public sealed class OnnxModel : IDisposable
{
    // OrtErrorCode
    private const int InvalidArgument = 2;

    private static readonly Dictionary<string, IReadOnlyList<string>> NoColumns = [];

    private readonly OrtLibrary _library;
    private readonly OrtHandle _session;
    private readonly Port[] _inputs;
    private readonly Port[] _outputs;

    private OnnxModel(OrtLibrary library, OrtHandle session, ModelFacts facts, IReadOnlyDictionary<string, IReadOnlyList<string>> columns)
    {
        var ports = new PortReader(library, session.Value, facts.Classes, columns);
        (_library, _session, _inputs, _outputs) = (library, session, ports.ReadInputs(), ports.ReadOutputs());
        Inputs = Array.ConvertAll(_inputs, p => p.Info);
        Outputs = Array.ConvertAll(_outputs, p => p.Info);
        (Metadata, HasLoops) = (facts.ToMetadata(), facts.HasLoops);
    }

    public IReadOnlyList<TensorInfo> Inputs { get; }

    public IReadOnlyList<TensorInfo> Outputs { get; }

    public OnnxMetadata Metadata { get; }

    /// <summary>Whether the model repeats parts of itself, so that the sizes of its inputs do not tell how long a run takes.</summary>
    public bool HasLoops { get; }

    /// <exception cref="OnnxException">The file is no model that can be served.</exception>
    public static OnnxModel Load(string path, OnnxOptions options) => Load(path, options, keepMaps: false);

    /// <param name="keepMaps">Leaves ZipMap in the model. The outputs are the same, later.</param>
    internal static OnnxModel Load(string path, OnnxOptions options, bool keepMaps)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        var facts = ModelFile.Inspect(path);
        if (!facts.HasFixedSizes || facts.HasLoops) options = options with { PlannedMemory = false };
        var library = OrtLibrary.Current;
        using var rewritten = keepMaps ? null : ZipMapRemoval.Apply(path, facts);
        var inMemory = rewritten is null ? null : SessionFactory.TryCreate(library, rewritten.Bytes, options);

        // What ONNX Runtime refuses it refuses again in the file, and then says why in terms of what the user exported.
        var session = inMemory ?? SessionFactory.Create(library, path, options);
        try
        {
            return new OnnxModel(library, session, facts, inMemory is null ? NoColumns : rewritten!.Classes);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Paths, relative to the model's folder, of the files beside it that hold tensors' data. Does not need ONNX Runtime.</summary>
    /// <exception cref="OnnxException">The file is no model, or a path leads out of its folder.</exception>
    public static IReadOnlyList<string> ExternalFilesOf(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return [.. ModelFile.Inspect(path).ExternalFiles];
    }

    /// <summary>Runs the model and copies the outputs.</summary>
    /// <param name="outputs">Names of the outputs to compute, in this order; null for all.</param>
    /// <exception cref="OnnxException">An input does not fit, or the model failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; the run is stopped between two operators.</exception>
    public IReadOnlyList<NamedTensor> Run(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string>? outputs, CancellationToken cancellationToken)
    {
        using var results = Evaluate(inputs, outputs, cancellationToken);
        var tensors = new NamedTensor[results.Count];
        for (var i = 0; i < tensors.Length; i++) tensors[i] = new NamedTensor(results[i].Name, results[i].ToTensor());
        return tensors;
    }

    /// <summary>Runs the model and leaves the outputs in ONNX Runtime's memory. The inputs' memory is used where it is: it must not change until this returns.</summary>
    public OnnxOutputs Evaluate(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string>? outputs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        cancellationToken.ThrowIfCancellationRequested();
        var numbers = new int[inputs.Count];
        InputCheck.Match(_inputs, inputs, numbers);
        var wanted = Select(outputs);
        var held = false;
        try
        {
            _session.DangerousAddRef(ref held);
            using var values = new InputValues(_library, inputs);
            return new OnnxOutputs(_library, wanted, Execute(numbers, values, wanted, cancellationToken));
        }
        finally
        {
            if (held) _session.DangerousRelease();
        }
    }

    public void Dispose() => _session.Dispose();

    private Port[] Select(IReadOnlyList<string>? names)
    {
        if (names is null) return _outputs;
        var selected = new Port[names.Count];
        for (var i = 0; i < selected.Length; i++)
        {
            selected[i] = Array.Find(_outputs, p => p.Info.Name == names[i])
                ?? throw OnnxFailures.InvalidInput($"The model has no output '{names[i]}'; its outputs are {string.Join(", ", _outputs.Select(p => $"'{p.Info.Name}'"))}.");
        }

        return selected;
    }

    private unsafe nint[] Execute(ReadOnlySpan<int> numbers, InputValues values, Port[] wanted, CancellationToken cancellationToken)
    {
        var names = new nint[numbers.Length + wanted.Length];
        for (var i = 0; i < numbers.Length; i++) names[i] = _inputs[numbers[i]].NativeName;
        for (var i = 0; i < wanted.Length; i++) names[numbers.Length + i] = wanted[i].NativeName;
        var results = new nint[wanted.Length];
        using var cancellation = new RunCancellation(_library.Api, cancellationToken);
        nint status;
        fixed (nint* name = names)
        fixed (nint* input = values.Values)
        fixed (nint* output = results)
        {
            status = _library.Api.Run(
                _session.Value, cancellation.Options, name, input, (nuint)numbers.Length, name + numbers.Length, (nuint)wanted.Length, output);
        }

        GC.KeepAlive(_inputs);
        GC.KeepAlive(_outputs);
        if (status == 0) return results;
        var error = _library.Api.Take(status);
        cancellationToken.ThrowIfCancellationRequested();
        throw error.Code == InvalidArgument
            ? OnnxFailures.InvalidInput("The inputs do not fit the model.", error.Text)
            : OnnxFailures.RunFailed(error);
    }
}
