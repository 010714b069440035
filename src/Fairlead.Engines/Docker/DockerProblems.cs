using Fairlead.Core.Identity;
using Fairlead.Core.Results;
using Fairlead.Engines.Docker.Api;

namespace Fairlead.Engines.Docker;

/// <summary>Every problem of the Docker engine, FL3030 to FL3059.</summary>
internal static class DockerProblems
{
    public const string UnreachableCode = "FL3030";

    public static Problem Unreachable(string host, string reason) =>
        new(UnreachableCode, $"The Docker daemon at {host} cannot be asked: {reason}.", $"Start it (systemctl start docker), give this user its socket (group docker), or set {DockerHost.Variable}. Containers that run go on, and the gateway goes on sending them requests.");

    public static Problem HostUnknown(string host) =>
        new("FL3031", $"{DockerHost.Variable} is '{host}', and that is no address of a Docker daemon.", "Write unix:///var/run/docker.sock or tcp://127.0.0.1:2375.");

    public static Problem HostElsewhere(string host) =>
        new("FL3032", $"The Docker daemon of {DockerHost.Variable}={host} is on another machine, where the gateway of this one does not reach its containers.", "Run Fairlead on that machine, or point DOCKER_HOST to a daemon of this one.");

    public static Problem VersionUnsupported(string reason) =>
        new("FL3033", $"The Docker daemon cannot be used: {reason}.", "Docker 20.10 or newer is needed (or Podman 4 with its Docker socket).");

    public static Problem CommandUnsupported() =>
        new("FL3034", "The Docker engine runs images, not commands of this machine.", "Use --engine process, or pack the program with model.dockerfile.");

    public static Problem ImageNotInStore(Digest digest) =>
        new("FL3035", $"The image {digest.Short} is not in the local store.", "Deploy again: it is built anew. `fairlead images` lists what is there.");

    public static Problem ImageNotFound(string reference, string reason) =>
        new("FL3036", $"The daemon has no image {reference} and could not pull it: {reason}.", $"Check the name. For a registry that asks who you are, run `fairlead pull {reference}` first: it uses your credentials, and the image is then taken from the local store.");

    public static Problem LoadFailed(string image, string reason) =>
        new("FL3037", $"The daemon did not take the image {image}: {reason}.", "Look at its disk space (docker system df) and at its log.");

    public static Problem ImageRunsAsRoot(string reference) =>
        new("FL3038", $"The image {reference} runs as root, and replicas do not.", "Set model.user to a number such as 65532 if its program runs as any user; set it to root if it must be root.");

    public static Problem NotStarted(string reason) => reason switch
    {
        _ when reason.Contains("device driver", StringComparison.OrdinalIgnoreCase) || reason.Contains("nvidia", StringComparison.OrdinalIgnoreCase) =>
            new("FL3039", $"The daemon has no GPU to give: {reason}.", "Install the NVIDIA Container Toolkit and restart the daemon, or set resources.gpu to 0."),
        _ when reason.Contains("address pool", StringComparison.OrdinalIgnoreCase) =>
            new("FL3040", $"The daemon has no address range left for a network: {reason}.", "Each deployment has a network. Remove unused ones (docker network prune), or give the daemon more with default-address-pools."),
        _ => new("FL3041", $"The daemon did not start the container: {reason}.", "Put right what it says; `docker run` of the image shows the same."),
    };

    public static Problem NotStopped(string replica, string reason) =>
        new("FL3042", $"The daemon did not end {replica}: {reason}.", "It is tried again. Look at the daemon's log, and at the container with `docker ps`.");

    public static Problem SecretsNotLaid(string folder, string reason) =>
        new("FL3043", $"Secrets cannot be laid in memory under {folder}: {reason}.", "A container is given its secrets as files there, so that they reach no disk. Make it writable for this user.");

    public static Problem FileTargetRelative(string to) =>
        new("FL3044", $"files: '{to}' is relative, and an image's working folder is its own.", "Write an absolute path.");

    public static Problem TargetTaken(string path) =>
        new("FL3045", $"'{path}' is where a replica has something else already.", "Choose another path: /tmp, /run/secrets and the system's own folders are taken, and no path can be given twice.");

    public static Problem VolumesNotMade(string folder, string reason) =>
        new("FL3046", $"The volume's folder {folder} could not be made: {reason}.", "Make the home writable, or free some disk space.");

    public static Problem GpuOnPodman { get; } =
        new("FL3047", "Podman's Docker socket takes no request for GPUs.", "Use Docker with the NVIDIA Container Toolkit, or set resources.gpu to 0.");

    /// <summary>What a call that failed means to who asked for a replica.</summary>
    public static Problem Of(DockerException failure, string host) => failure switch
    {
        { IsUnreachable: true } => Unreachable(host, failure.Message),
        { Status: System.Net.HttpStatusCode.UpgradeRequired or System.Net.HttpStatusCode.BadGateway } => VersionUnsupported(failure.Message),
        _ => NotStarted(failure.Message),
    };
}
