using Fairlead.Core.Results;
using Fairlead.Oci.Registries;
using Fairlead.Oci.Registries.Transport;

namespace Fairlead.Oci.Tests.Registries;

public class BackoffTests
{
    private static readonly Problem Any = new("FL0000", "It failed.", "Try again.");

    [Theory]
    [InlineData(0.0, new[] { 125, 250, 500, 1000, 2000, 4000, 8000 })]
    [InlineData(1.0, new[] { 250, 500, 1000, 2000, 4000, 8000, 16000 })]
    public void TheWaitDoubles_HalfOfItByChance(double chance, int[] milliseconds)
    {
        var backoff = new Backoff(TimeProvider.System, TimeSpan.FromMilliseconds(250), () => chance);

        Enumerable.Range(1, 7).Select(failed => (int)backoff.DelayOf(failed, asked: null).TotalMilliseconds).ShouldBe(milliseconds);
        backoff.DelayOf(20, asked: null).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void WhatTheRegistryAsksForIsTheWait() =>
        new Backoff(TimeProvider.System, TimeSpan.FromSeconds(1), () => 0).DelayOf(1, TimeSpan.FromSeconds(7)).ShouldBe(TimeSpan.FromSeconds(7));

    [Fact]
    public async Task ItGivesUpAfterEightTries_AndAtOnceWhenItWouldHaveToWaitForLong()
    {
        (await TriesAsync(() => new TransientException(Any, retryAfter: null))).ShouldBe(8);
        (await TriesAsync(() => new TransientException(Any, TimeSpan.FromHours(1)))).ShouldBe(1);
        (await TriesAsync(() => new RegistryException(Any))).ShouldBe(1);
    }

    [Fact]
    public async Task WhatGetsOnBetweenFailuresIsTriedForAsLongAsItDoes()
    {
        var tries = 0;
        var backoff = new Backoff(TimeProvider.System, TimeSpan.Zero, () => 0);

        var result = await backoff.RunAsync(_ => ++tries < 100 ? throw new TransientException(Any, retryAfter: null) : Task.FromResult(tries), advanced: () => true, CancellationToken.None);

        result.ShouldBe(100);
    }

    private static async Task<int> TriesAsync(Func<Exception> failure)
    {
        var tries = 0;
        var backoff = new Backoff(TimeProvider.System, TimeSpan.Zero, () => 0);
        await Should.ThrowAsync<RegistryException>(() => backoff.RunAsync<int>(
            _ =>
            {
                tries++;
                throw failure();
            },
            CancellationToken.None));
        return tries;
    }
}
