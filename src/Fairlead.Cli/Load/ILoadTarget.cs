namespace Fairlead.Cli.Load;

/// <summary>What a load is sent to.</summary>
internal interface ILoadTarget : IDisposable
{
    /// <summary>Sends one request and reads its answer to the end.</summary>
    /// <returns>Null when it was answered as it should be.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<LoadFailure?> SendAsync(CancellationToken cancellationToken);
}
