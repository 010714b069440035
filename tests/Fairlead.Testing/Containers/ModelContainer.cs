using Fairlead.Testing.Examples;
using Fairlead.Testing.Programs;

namespace Fairlead.Testing.Containers;

/// <summary>A running container of the penguins' image; disposing removes it.</summary>
public sealed class ModelContainer(ContainerEngine engine, string name, Uri address) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public string Name => name;

    /// <summary>Whether it gives the right answer, now or soon.</summary>
    public async Task<bool> AnswersAsync()
    {
        var right = false;
        await Eventually.BecomesAsync(async () => right = await PenguinRequests.AnswersAsync(address).ConfigureAwait(false), Deadline).ConfigureAwait(false);
        return right;
    }

    public Task<CommandResult> ExecuteAsync(params string[] command) => engine.RunAsync(["exec", name, .. command]);

    public async Task<string> LogsAsync() => (await engine.RunAsync("logs", name).ConfigureAwait(false)).ToString();

    /// <summary>Asks it to end, as an engine does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<string> StopAsync()
    {
        await engine.RunAsync("stop", "-t", "20", name).ConfigureAwait(false);
        return (await engine.RunAsync("inspect", "--format", "{{.State.ExitCode}}", name).ConfigureAwait(false)).Output.Trim();
    }

    public async ValueTask DisposeAsync() => await engine.RunAsync("rm", "--force", name).ConfigureAwait(false);
}
