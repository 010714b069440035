using Fairlead.Core.Results;

namespace Fairlead.ModelServer;

internal static class ServerProblems
{
    public static Problem BadSetting(string name, string value, string wanted) =>
        new("FL2201", $"{name} is '{value}', which is no valid value.", $"Set it to {wanted}, or leave it out for the default.");

    public static Problem SameAddress(string name, string other, string address) =>
        new("FL2202", $"{name} and {other} are both {address}.", $"Give {other} an address of its own.");

    public static Problem CannotListen(string http, string grpc, string metrics, string reason) =>
        new("FL2203", $"The server cannot listen on {http} (requests), {grpc} (gRPC) and {metrics} (metrics): {reason}", "End what uses the port, or set FAIRLEAD_HTTP, FAIRLEAD_GRPC or FAIRLEAD_METRICS to another.");

    public static Problem SettingsUnreadable(string path, string reason) =>
        new("FL2204", $"The settings file {path} cannot be read: {reason}", "Set FAIRLEAD_CONFIG to a readable file that holds one JSON object, or leave it out.");

    public static Problem UnknownSetting(string key, string path, string? nearest) =>
        new("FL2205", $"There is no setting '{key}', which is in {path}.", nearest is null ? "Remove it; docs/reference/server.md lists every key." : $"Did you mean '{nearest}'?");

    public static Problem WrongKindOfSetting(string key, string path) =>
        new("FL2206", $"'{key}' in {path} is neither a text nor a number nor a list of texts.", "Write the value in quotes, as in the environment.");

    public static Problem SettingTwice(string key, string path) => new("FL2207", $"'{key}' is in {path} twice.", "Keep one of them.");

    public static Problem UnsupportedOtlp(string name) =>
        new("FL2350", $"{name} is set, and this server cannot do what it asks for.", "Both signals are sent with one protocol, timeout, compression and authority, and without a client's certificate: set OTEL_EXPORTER_OTLP_… without the signal, or leave it out and send to a collector beside the replica.");

    public static Problem DescriptorMissing(string path) =>
        new("FL2210", $"There is no {path}.", "Set FAIRLEAD_MODEL to a folder that Fairlead packed: it holds that file.");

    public static Problem DescriptorInvalid(string path, string reason) =>
        new("FL2211", $"{path} cannot be read: {reason}", "Pack the model again with `fairlead build` or `fairlead up`.");

    public static Problem PathOutside(string key, string path) =>
        new("FL2212", $"The {key} '{path}' leads out of the model folder.", "Use a path inside the folder, without '..' and without links that leave it.");

    public static Problem FileMissing(string key, string path) =>
        new("FL2213", $"The {key} '{path}' is not in the model folder.", "Pack the model again with that file in its place.");

    public static Problem ModelRefused(string explanation, string remedy) => new("FL2214", explanation, remedy);

    public static Problem GoldenMismatch(string difference) =>
        new("FL2215", $"The model does not give its golden answers: {difference}", "Check that the model file belongs to the golden file; if the answers were meant to change, write the golden file anew.");

    public static Problem GoldenFailed(string name, string reason) =>
        new("FL2216", $"The golden case '{name}' cannot be run: {reason}", "Check that the case's inputs are those of the model.");

    public static Problem LabelsUnknown(string output, string known) =>
        new("FL2217", $"There are labels for the output '{output}', which the model does not have; it has {known}.", "Correct `model.labels` in the manifest.");

    public static Problem ReferenceUnusable(string name, string reason) =>
        new("FL2218", $"The reference '{name}' cannot be used: {reason}", "Give a CSV file with a header whose names are the model's inputs (`x`, or `x[0]`, `x[1]`… for several values), of 50 rows to 8 MiB, and pack the model again.");

    public static Problem ReferenceIncomplete(string name, string reason) =>
        new("FL2219", $"The reference '{name}' is used in part: {reason}", "Give it a column for every input, with values that the model takes, and pack the model again.");
}
