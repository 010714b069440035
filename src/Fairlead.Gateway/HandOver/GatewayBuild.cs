using System.Reflection;
using System.Security.Cryptography;
using Fairlead.Core.Routing;
using Fairlead.Telemetry.Metrics;

namespace Fairlead.Gateway.HandOver;

/// <summary>Which build of the gateway this program is: two builds of one version differ too.</summary>
public static class GatewayBuild
{
    private static readonly Type[] Parts = [typeof(GatewayBuild), typeof(RouteSnapshot), typeof(MetricRegistry)];

    /// <summary>The version, and a digest over the identities of the assemblies.</summary>
    public static string Name { get; } =
        $"{typeof(GatewayBuild).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]}+{Digest()}";

    private static string Digest() =>
        Convert.ToHexStringLower(SHA256.HashData([.. Parts.SelectMany(p => p.Assembly.ManifestModule.ModuleVersionId.ToByteArray())]))[..12];
}
