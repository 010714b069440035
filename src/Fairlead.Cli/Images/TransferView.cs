using System.Globalization;
using Fairlead.Cli.Output;
using Fairlead.Core.Identity;
using Fairlead.Oci.Images;
using Fairlead.Oci.Registries.Transfers;

namespace Fairlead.Cli.Images;

/// <summary>Blobs on their way, a bar each, redrawn in place; nothing when stdout is no terminal.</summary>
internal sealed class TransferView : IProgress<TransferProgress>
{
    private const int Bar = 24;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly Dictionary<Digest, TransferProgress> _blobs = [];
    private readonly List<Digest> _order = [];

    public void Report(TransferProgress value)
    {
        lock (_gate)
        {
            if (!_blobs.ContainsKey(value.Blob.Digest)) _order.Add(value.Blob.Digest);
            _blobs[value.Blob.Digest] = value;
        }
    }

    public async Task<T> ShowAsync<T>(Terminal terminal, TimeProvider time, Task<T> work)
    {
        if (terminal.IsLive)
        {
            using var screen = new LiveScreen(terminal);
            while (!work.IsCompleted)
            {
                screen.Draw(Lines(terminal.Width));
                await Task.WhenAny(work, Task.Delay(Period, time, CancellationToken.None));
            }

            screen.Clear();
        }

        return await work;
    }

    /// <summary>A column that says what a blob is: its title, or what kind it is of.</summary>
    public static string NameOf(Descriptor blob) => blob.Annotation(AnnotationKeys.Title) ?? (MediaTypes.IsLayer(blob.MediaType) ? "layer" : "configuration");

    public static string StateOf(TransferState state, string moved) => state switch
    {
        TransferState.Present => "there already",
        TransferState.Mounted => "from another repository",
        _ => moved,
    };

    internal IReadOnlyList<string> Lines(int width)
    {
        lock (_gate) return [.. _order.Select(d => Table.Fit(Line(_blobs[d]), width))];
    }

    private static string Line(TransferProgress blob)
    {
        var name = $"{Table.Fit(NameOf(blob.Blob), 16),-16} {blob.Blob.Digest.Short}";
        if (blob.State != TransferState.Moving) return $"{name} {StateOf(blob.State, "done")}";
        var filled = blob.Blob.Size == 0 ? Bar : (int)(blob.Bytes * Bar / blob.Blob.Size);
        return string.Create(CultureInfo.InvariantCulture, $"{name} {new string('█', filled)}{new string('░', Bar - filled)} {Measures.Bytes(blob.Bytes)} of {Measures.Bytes(blob.Blob.Size)}");
    }
}
