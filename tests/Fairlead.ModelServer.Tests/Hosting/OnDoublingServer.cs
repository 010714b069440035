using Fairlead.Core.Units;
using Fairlead.Testing.Models;

namespace Fairlead.ModelServer.Tests.Hosting;

/// <summary>Tests that each have a server with a small limit of the body for a model that doubles two numbers.</summary>
public abstract class OnDoublingServer : IAsyncLifetime
{
    /// <summary>A request that is answered with 3 and -4.</summary>
    protected const string Good = """{"inputs":[{"name":"x","datatype":"FP32","shape":[1,2],"data":[1.5,-2]}]}""";

    protected static ByteSize Limit { get; } = new(64 << 10);

    private protected PackedFolder Folder { get; } = PackedFolder.Of(TinyModels.Double());

    private protected TestServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await TestServer.StartAsync(Folder.Path, o => o with { MaxBody = Limit });

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        Folder.Dispose();
    }
}
