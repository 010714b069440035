using Fairlead.Core.Results;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Oci.Layouts;
using Fairlead.Oci.Registries;
using Fairlead.Testing.Registries;

namespace Fairlead.Oci.Tests.Registries;

/// <summary>Two homes, one that pushes and one that pulls.</summary>
public abstract class RegistryTestBase : IDisposable
{
    private protected Workplace Here { get; } = new();

    private protected Workplace There { get; } = new();

    /// <summary>Waits between repetitions are left out; their lengths have tests of their own.</summary>
    private protected static RegistryOptions Options { get; } = new() { FirstDelay = TimeSpan.Zero, ChunkSize = 1 << 20 };

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        Here.Dispose();
        There.Dispose();
    }

    private protected static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private protected Task<StoredImage> ImageAsync(string name = "penguins:1.0.0", int size = (5 << 20) + 3, int seed = 1) =>
        Here.ImageAsync(name, new LayerEntry.Content("model/weights", Random(size, seed)));

    private protected async Task<Result<PushReport>> PushAsync(string target, RegistryOptions? options = null, string name = "penguins:1.0.0", bool force = false, CancellationToken cancellationToken = default)
    {
        await using var session = await Here.BeginAsync();
        var image = (await session.OpenImageAsync(ImageName.Parse(name), cancellationToken)).Value;
        return await ImagePush.RunAsync(session, image, ImageReference.Parse(target).Value, force, options ?? Options, progress: null, cancellationToken);
    }

    private protected async Task<Result<PullReport>> PullAsync(string reference, RegistryOptions? options = null)
    {
        await using var session = await There.BeginAsync();
        return await ImagePull.RunAsync(session, ImageReference.Parse(reference).Value, options ?? Options, progress: null, CancellationToken.None);
    }

    private protected static async Task VerifyAsync(OciStore store) => (await store.VerifyAsync(CancellationToken.None)).Problems.ShouldBeEmpty();
}
