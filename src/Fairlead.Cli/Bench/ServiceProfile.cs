using Fairlead.Cli.Load;
namespace Fairlead.Cli.Bench;
internal static class ServiceProfile
{
    public static bool TryWrite(CommandContext context, string file, LatencyRecord latencies) => throw new NotSupportedException(file + context.Home.Root + latencies.Count);
}
