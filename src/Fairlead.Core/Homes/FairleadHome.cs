using Fairlead.Core.Identity;

namespace Fairlead.Core.Homes;

/// <summary>The folder that holds everything Fairlead keeps, <c>FAIRLEAD_HOME</c> or <c>~/.fairlead</c>. Only names paths; creates nothing.</summary>
public sealed record FairleadHome(string Root)
{
    public const string Variable = "FAIRLEAD_HOME";

    /// <summary>SQLite, written by the controller alone.</summary>
    public string StateFile => Path.Combine(Root, "state.db");

    /// <summary>Content-addressed copies of model folders, one folder per digest: what a revision runs never changes under it.</summary>
    public string Content => Path.Combine(Root, "content");

    /// <summary>An OCI image layout: every image that was built or pulled.</summary>
    public string Images => Path.Combine(Root, "images");

    /// <summary>What can be made again at the cost of time; may be deleted whenever nothing is being built.</summary>
    public string Cache => Path.Combine(Root, "cache");

    public string Logs => Path.Combine(Root, "logs");

    /// <summary>What belongs to running processes; empty when nothing runs.</summary>
    public string Run => Path.Combine(Root, "run");

    /// <summary>The process engine's folder, one sub-folder per replica.</summary>
    public string Replicas => Path.Combine(Run, "replicas");

    public string ControllerLock => Path.Combine(Run, "controller.lock");

    /// <summary>Process id and addresses of the running controller, JSON.</summary>
    public string ControllerFile => Path.Combine(Run, "controller.json");

    /// <summary>The control API's bearer token, mode 0600.</summary>
    public string TokenFile => Path.Combine(Run, "api-token");

    public string GatewaySocket => Path.Combine(Run, "gateway.sock");

    /// <summary>The last route snapshot that the gateway accepted; it starts with it.</summary>
    public string GatewayRoutes => Path.Combine(Run, "gateway-routes.json");

    /// <summary>Process id, start time and addresses of the running gateway, JSON.</summary>
    public string GatewayFile => Path.Combine(Run, "gateway.json");

    /// <summary>A file per secret, for secrets that are not in the controller's environment.</summary>
    public string Secrets => Path.Combine(Root, "secrets");

    /// <summary>What replicas keep: a folder per deployment, in it one per volume. Outlives the deployment; only the user removes it.</summary>
    public string Volumes => Path.Combine(Root, "volumes");

    public string ContentOf(Digest digest) => Path.Combine(Content, digest.Hex);

    public string LogOf(ReplicaId replica) => Path.Combine(Logs, $"{replica}.log");

    public static FairleadHome FromEnvironment()
    {
        var set = Environment.GetEnvironmentVariable(Variable);
        return new FairleadHome(string.IsNullOrEmpty(set)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fairlead")
            : Path.GetFullPath(set));
    }
}
