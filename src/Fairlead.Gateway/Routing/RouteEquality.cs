using System.Text.Json;
using Fairlead.Core.Routing;

namespace Fairlead.Gateway.Routing;

internal static class RouteEquality
{
    /// <summary>By value: a record's own equality compares its lists by reference.</summary>
    public static bool Same(RouteSnapshot one, RouteSnapshot other) => Bytes(one).AsSpan().SequenceEqual(Bytes(other));

    private static byte[] Bytes(RouteSnapshot snapshot) => JsonSerializer.SerializeToUtf8Bytes(snapshot, RoutingJson.Default.RouteSnapshot);
}
