using System.Text;
using Fairlead.Onnx.Native;

namespace Fairlead.Onnx.Sessions;

/// <summary>Makes a session of a model as the options say.</summary>
internal static unsafe class SessionFactory
{
    // ExecutionMode
    private const int Sequential = 0;
    private const int Parallel = 1;

    public static OrtHandle Create(OrtLibrary library, string path, OnnxOptions options)
    {
        var api = library.Api;
        using var settings = CreateOptions(api, options);
        nint status;
        nint session;
        fixed (byte* file = Encoding.UTF8.GetBytes(path + '\0'))
        {
            status = api.CreateSession(library.Environment, file, settings.Value, out session);
        }

        if (status != 0) throw LoadFailures.Of(path, api.Take(status));
        return new OrtHandle(session, api.ReleaseSession);
    }

    /// <summary>Null when ONNX Runtime refuses the bytes; they are not needed any longer either way.</summary>
    public static OrtHandle? TryCreate(OrtLibrary library, ReadOnlySpan<byte> model, OnnxOptions options)
    {
        var api = library.Api;
        using var settings = CreateOptions(api, options);
        nint status;
        nint session;
        fixed (byte* bytes = model)
        {
            status = api.CreateSessionFromArray(library.Environment, bytes, (nuint)model.Length, settings.Value, out session);
        }

        if (status == 0) return new OrtHandle(session, api.ReleaseSession);
        api.ReleaseStatus(status);
        return null;
    }

    private static OrtHandle CreateOptions(OrtApi api, OnnxOptions options)
    {
        api.Check(api.CreateSessionOptions(out var created));
        var settings = new OrtHandle(created, api.ReleaseSessionOptions);
        try
        {
            api.Check(api.SetIntraOpThreads(created, options.IntraOpThreads));
            api.Check(api.SetInterOpThreads(created, options.InterOpThreads));
            api.Check(api.SetExecutionMode(created, options.InterOpThreads > 1 ? Parallel : Sequential));
            api.Check(api.SetOptimization(created, LevelOf(options.Optimization)));
            if (!options.PlannedMemory)
            {
                api.Check(api.DisableMemoryArena(created));
                api.Check(api.DisableMemoryPattern(created));
            }

            Configure(api, created, "session.intra_op.allow_spinning\0"u8, options.Spinning);
            Configure(api, created, "session.inter_op.allow_spinning\0"u8, options.Spinning);
            return settings;
        }
        catch
        {
            settings.Dispose();
            throw;
        }
    }

    private static void Configure(OrtApi api, nint settings, ReadOnlySpan<byte> key, bool value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value ? "1\0"u8 : "0\0"u8)
        {
            api.Check(api.AddConfig(settings, k, v));
        }
    }

    // GraphOptimizationLevel
    private static int LevelOf(GraphOptimization optimization) => optimization switch
    {
        GraphOptimization.None => 0,
        GraphOptimization.Basic => 1,
        GraphOptimization.Extended => 2,
        GraphOptimization.All => 99,
        _ => throw new ArgumentOutOfRangeException(nameof(optimization), optimization, null),
    };
}
