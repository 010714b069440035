namespace Fairlead.Cli.Load;

/// <summary>What a load is sent to.</summary>
internal interface ILoadTarget : IDisposable
{
    /// <summary>Sends one request and reads its answer to the end; never throws but for cancellation.</summary>
    Task<LoadAnswer> SendAsync(CancellationToken cancellationToken);
}

/// <param name="Outcome">The status as the protocol names it (<c>200</c>, <c>503</c>, <c>UNAVAILABLE</c>), or why there was none: <c>refused</c>, <c>broken</c>, <c>no answer</c>.</param>
internal readonly record struct LoadAnswer(bool Ok, string Outcome);
