using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Fairlead.Core.Homes;
using Fairlead.Core.Identity;

namespace Fairlead.Engines.Docker.Containers;

/// <summary>How what we make is found again, and told from what others made.</summary>
internal static class ContainerLabels
{
    public const string Home = "dev.fairlead.home";
    public const string Deployment = "dev.fairlead.deployment";
    public const string Revision = "dev.fairlead.revision";
    public const string Replica = "dev.fairlead.replica";
    public const string Image = "dev.fairlead.image";

    /// <summary>The port in the container that serves, and the one with metrics.</summary>
    public const string Http = "dev.fairlead.http";

    public const string Metrics = "dev.fairlead.metrics";

    /// <summary>What was asked for and is not given, a line each.</summary>
    public const string Notes = "dev.fairlead.notes";

    private const int HomeDigits = 10;

    /// <summary>One daemon serves several homes: each knows its own by this.</summary>
    public static string HomeId(FairleadHome home) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFullPath(home.Root))))[..HomeDigits];

    public static string ContainerName(string home, ReplicaId replica) => $"fairlead-{home}-{replica}";

    public static string NetworkName(string home, DeploymentName deployment) => $"fairlead-{home}-{deployment}";

    /// <summary>A container of ours; null for one that only looks so.</summary>
    public static Labelled? Read(IReadOnlyDictionary<string, string>? labels)
    {
        if (labels is null || !labels.TryGetValue(Replica, out var text) || !labels.TryGetValue(Deployment, out var name)) return null;
        if (!DeploymentName.TryParse(name, out var deployment) || Number(labels, Revision) is not { } revision) return null;
        try
        {
            var notes = labels.GetValueOrDefault(Notes) is { Length: > 0 } written ? written.Split('\n') : [];
            return new Labelled(ReplicaId.Parse(text), deployment, revision, Number(labels, Http), Number(labels, Metrics), notes);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static int? Number(IReadOnlyDictionary<string, string> labels, string name) =>
        int.TryParse(labels.GetValueOrDefault(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

internal sealed record Labelled(ReplicaId Replica, DeploymentName Deployment, int Revision, int? Http, int? Metrics, IReadOnlyList<string> Notes);
