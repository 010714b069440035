using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Routing;

internal static class RouteValidation
{
    /// <summary>Every reason why a snapshot cannot be routed by, each with its place.</summary>
    public static IReadOnlyList<Problem> Check(RouteSnapshot snapshot)
    {
        var found = new List<string>();
        if (snapshot.Version < 1) found.Add($"version: {snapshot.Version} is below 1");
        if (snapshot.Deployments is null) return [GatewayProblems.RoutesInvalid("deployments is missing")];
        foreach (var deployment in snapshot.Deployments) found.AddRange(Check(deployment));
        found.AddRange(Twice("deployment", snapshot.Deployments.Select(d => d.Deployment)));
        found.AddRange(Twice("replica", snapshot.Deployments.SelectMany(d => d.Revisions ?? []).SelectMany(r => r.Replicas ?? []).Select(r => r.Id)));
        return [.. found.Select(GatewayProblems.RoutesInvalid)];
    }

    private static IEnumerable<string> Check(DeploymentRoute route)
    {
        var at = $"deployments/{route.Deployment}";
        if (!DeploymentName.TryParse(route.Deployment, out _)) yield return $"{at}: is no deployment name";
        if (route.TimeoutMilliseconds < 1) yield return $"{at}/timeout_milliseconds: {route.TimeoutMilliseconds} is below 1";
        if (route.MaxBodyBytes < 0) yield return $"{at}/max_body_bytes: {route.MaxBodyBytes} is below 0";
        if (route.Revisions is null) yield return $"{at}/revisions: is missing";
        foreach (var problem in (route.Revisions ?? []).SelectMany(r => Check(at, r))) yield return problem;
    }

    private static IEnumerable<string> Check(string parent, RevisionRoute revision)
    {
        var at = $"{parent}/revisions/{revision.Revision}";
        if (revision.Revision < 1) yield return $"{at}: is below 1";
        if (string.IsNullOrEmpty(revision.Version)) yield return $"{at}/version: is missing";
        if (revision.Weight < 0) yield return $"{at}/weight: {revision.Weight} is below 0";
        if (revision.Replicas is null) yield return $"{at}/replicas: is missing";
        foreach (var replica in revision.Replicas ?? [])
        {
            if (string.IsNullOrEmpty(replica.Id)) yield return $"{at}/replicas: one has no id";
            if (!IsAddress(replica.Address)) yield return $"{at}/replicas/{replica.Id}/address: '{replica.Address}' is not host:port";
            if (replica.ReadyPath is null or not ("" or ['/', ..])) yield return $"{at}/replicas/{replica.Id}/ready_path: '{replica.ReadyPath}' does not start with /";
        }
    }

    private static bool IsAddress(string? address) =>
        Uri.TryCreate($"http://{address}/", UriKind.Absolute, out var uri) && uri.Port is > 0 and <= 65535
        && address is not null && address.EndsWith($":{uri.Port}", StringComparison.Ordinal) && uri.UserInfo.Length == 0 && uri.AbsolutePath == "/";

    private static IEnumerable<string> Twice(string what, IEnumerable<string> names) =>
        names.GroupBy(n => n, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => $"the {what} '{g.Key}' is there twice");
}
