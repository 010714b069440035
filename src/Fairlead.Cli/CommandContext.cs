using Fairlead.Api.Client;
using Fairlead.Cli.Output;
using Fairlead.Core.Homes;
using Fairlead.Core.Results;

namespace Fairlead.Cli;

/// <summary>What a command works with.</summary>
internal sealed record CommandContext(CliHost Host, Terminal Terminal)
{
    public FairleadHome Home => Host.Home;

    public TimeProvider Time => Host.Time;

    /// <summary>A path as the user gave it, from the folder that the command was given in.</summary>
    public string FullPath(string path) => Path.GetFullPath(path, Host.Folder);

    public Result<ControlClient> Connect() => ControlClient.Open(Home);

    public Task WaitAsync(TimeSpan span, CancellationToken cancellationToken) => Task.Delay(span, Time, cancellationToken);
}
