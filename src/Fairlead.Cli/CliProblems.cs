using Fairlead.Core.Results;

namespace Fairlead.Cli;

/// <summary>Problems that the commands find themselves; those of the way to the controller are the client's.</summary>
internal static class CliProblems
{
    public static Problem WrongUsage(string message, string hint) => new("FL6100", message, hint);

    public static Problem UnknownWord(string word, string kind, string? nearest, string help) =>
        new("FL6101", $"There is no {kind} '{word}'.", nearest is null ? $"{help} lists what there is." : $"Did you mean '{nearest}'? {help} lists what there is.");

    public static Problem EngineNotSupported(string engine) =>
        new("FL6102", $"The engine '{engine}' is not supported yet.", "Use --engine process, which runs replicas as processes on this machine.");

    public static Problem ModelWithoutManifest(string model, string initCommand) =>
        new("FL6103", $"{model} is a model, not a manifest.", $"Write its manifest first: {initCommand}");

    public static Problem NotOneDeployment(IReadOnlyList<string> names) => names.Count == 0
        ? new("FL6104", "Nothing is deployed.", "'fairlead up PATH' starts a model.")
        : new("FL6104", $"There are {names.Count} deployments, and none was named.", $"Name one of: {string.Join(", ", names)}.");

    public static Problem ControllerDied(string log, IReadOnlyList<string> lastLines) =>
        new("FL6105", lastLines.Count == 0 ? "The controller ended while it started and said nothing." : $"The controller ended while it started: {string.Join(" ", lastLines)}", $"Its whole log is {log}; 'fairlead doctor' checks this machine.");

    public static Problem ControllerSlow(string log, TimeSpan waited) =>
        new("FL6106", $"The controller did not answer within {waited.TotalSeconds:0} s of its start.", $"Look at {log}; 'fairlead doctor' checks this machine.");

    public static Problem CannotStart(string why) =>
        new("FL6107", $"The controller cannot be started: {why}.", "Check that the home is writable ('fairlead doctor') or set FAIRLEAD_HOME to a folder that is.");

    public static Problem NotReadyInTime(string name, TimeSpan waited) =>
        new("FL6108", $"{name} was not ready after {waited.TotalSeconds:0} s.", $"'fairlead why {name}' and 'fairlead logs {name}' say more.");

    public static Problem DeployFailed(string name, string why) =>
        new("FL6109", $"{name} did not become ready: {why}", $"'fairlead logs {name}' shows the replicas' own words; correct it and run 'fairlead up' again.");

    public static Problem StillThere(string what, TimeSpan waited) =>
        new("FL6110", $"{what} is still there after {waited.TotalSeconds:0} s.", "Requests in flight may hold it; 'fairlead status' shows them. Run 'fairlead down' again.");

    public static Problem FileExists(string path) =>
        new("FL6111", $"{path} exists already.", "Edit it, or give --force to write it anew.");

    public static Problem CannotReadFile(string path, string why) =>
        new("FL6112", $"{path} cannot be read: {why}.", "Check the path and its permissions.");

    public static Problem CannotWriteFile(string path, string why) =>
        new("FL6113", $"{path} cannot be written: {why}.", "Check the folder's permissions and the space on its disk.");

    public static Problem NoRepository(string image) =>
        new("FL6114", $"It is not known where {image} belongs.", "Give --to registry/repository, or set image.repository in fairlead.yaml and name the manifest's folder instead of the image.");

    public static Problem NoLatencyTarget() =>
        new("FL6170", "No latency target is known: the manifest has no scale/targets/latency_p95.", "Give --target-p95, such as --target-p95 100ms, or write the target into fairlead.yaml.");

    public static Problem Unexpected(string what) =>
        new("FL6199", $"This should not have happened: {what}", "Run it again; if it stays, report it with the command and this text.");
}
