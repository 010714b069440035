using System.Text.Json;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Routing;

/// <summary>The last accepted snapshot on disk. Written beside, forced out and renamed: a reader finds the old one or the new one.</summary>
/// <param name="isOurs">False while another gateway stores the routes, which are the same.</param>
internal sealed class RouteFile(string path, Func<bool> isOurs)
{
    /// <returns>Null when there is none.</returns>
    public Result<RouteSnapshot?> Read()
    {
        try
        {
            using var file = File.OpenRead(path);
            var snapshot = JsonSerializer.Deserialize(file, RoutingJson.Default.RouteSnapshot);
            var problems = snapshot is null ? [GatewayProblems.RoutesInvalid("it is null")] : RouteValidation.Check(snapshot);
            return problems.Count == 0 ? Result.Ok(snapshot) : GatewayProblems.StoredRoutesUnreadable(path, problems[0].Message);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Result.Ok<RouteSnapshot?>(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return GatewayProblems.StoredRoutesUnreadable(path, e.Message);
        }
    }

    public async Task<Result<Done>> WriteAsync(RouteSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (!isOurs()) return Result.Done;
        // Its own name: in a hand-over two gateways may write at once.
        var beside = $"{path}.{Environment.ProcessId}.new";
        try
        {
            await using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await JsonSerializer.SerializeAsync(file, snapshot, RoutingJson.Default.RouteSnapshot, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
            return Result.Done;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return GatewayProblems.RoutesNotStored(path, e.Message);
        }
    }
}
