using System.Reflection;
using Fairlead.Testing;
using Fairlead.Testing.Programs;

namespace Fairlead.Bench.MainJob;

/// <summary>The built program on a home of its own, with the penguins example deployed to it.</summary>
internal static class Subject
{
    public static string Example { get; } = Path.Combine(Metadata("RepositoryRoot"), "examples", "penguins");

    public static FairleadHomeUnderTest NewHome() => new(Metadata("FairleadProgram"));

    public static async Task<FairleadHomeUnderTest> UpAsync()
    {
        var home = NewHome();
        await home.SucceedAsync("up", Example, "-d").ConfigureAwait(false);
        return home;
    }

    /// <summary>Seconds until it becomes so; one that never does is an error.</summary>
    public static async Task<double> SecondsUntilAsync(Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        if (!await Eventually.BecomesAsync(condition, TimeSpan.FromSeconds(60)).ConfigureAwait(false)) throw new TimeoutException("It did not happen within 60 s.");
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private static string Metadata(string key) =>
        typeof(Subject).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
