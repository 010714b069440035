using Fairlead.Core.Manifests.Reading;
using Fairlead.Core.Manifests.Yaml;
using Fairlead.Core.Results;

namespace Fairlead.Core.Manifests;

/// <summary>Everything that can be wrong with a manifest, in the words that the user reads.</summary>
internal static class ManifestProblems
{
    // The file
    public static Problem NotFound(string path) =>
        new("FL1001", $"There is no {Quote.Value(path)}.", "Give the path of a fairlead.yaml or of its folder; 'fairlead init MODEL.onnx' writes one.");

    public static Problem NotInFolder(string folder) =>
        new("FL1001", $"The folder {Quote.Value(folder)} has no fairlead.yaml.", "Run 'fairlead init MODEL.onnx' there to write one.");

    public static Problem OtherName(string folder, string other) =>
        new("FL1001", $"The folder {Quote.Value(folder)} has no fairlead.yaml, but {Quote.Value(other)}.", $"Rename {Quote.Value(other)} to fairlead.yaml, or give its path.");

    public static Problem IsFolder() => new("FL1002", "This is a folder.", "Give the path of the manifest in it.");

    public static Problem IsModel() => new("FL1002", "This is a model, and a manifest belongs here.", "Run 'fairlead init' with the model's path to write a manifest for it.");

    public static Problem Unreadable(string reason) => new("FL1002", $"The file cannot be read: {reason}", "Make it readable for the user who runs this.");

    public static Problem NotUtf8() => new("FL1002", "The file is not UTF-8.", "Save it as UTF-8.");

    public static Problem TooLarge(int limit) => new("FL1002", $"The file is larger than {limit >> 10} KiB.", "Give the path of a manifest.");

    // YAML
    public static Problem Syntax(string message) => new("FL1003", $"This is no valid YAML: {Quote.Sentence(message)}", "Look at the indentation, quotes and brackets of this line and the one before.");

    public static Problem TabIndent() => new("FL1003", "This line is indented with a tab, and YAML does not allow that.", "Indent with spaces.");

    public static Problem ForbiddenCharacter(char c) => new("FL1003", $"The character U+{(int)c:X4} cannot stand here.", "Remove it.");

    public static Problem EmptyFile() => new("FL1004", "The manifest is empty.", "Write at least 'name', 'version' and 'model'; 'fairlead init MODEL.onnx' does that.");

    public static Problem Alias(string name) => new("FL1005", $"The alias {Quote.Value("*" + name)} is not followed.", "Write the value out; what differs between environments belongs under 'environments'.");

    public static Problem Anchor(string name) => new("FL1005", $"The anchor {Quote.Value("&" + name)} has no use here.", "Remove it; what differs between environments belongs under 'environments'.");

    public static Problem MergeKey() => new("FL1005", "The merge key '<<' is not followed.", "Write the keys out; what differs between environments belongs under 'environments'.");

    public static Problem Tag(string tag) => new("FL1005", $"The tag {Quote.Value(tag.Replace("tag:yaml.org,2002:", "!!", StringComparison.Ordinal))} has no meaning here.", "Write the value without it.");

    public static Problem SecondDocument() => new("FL1005", "A second document starts here.", "Keep one manifest in a file; remove the '---'.");

    public static Problem ComplexKey() => new("FL1005", "This key is not a plain word.", "Write 'key: value'; a key is text without anchor or tag.");

    public static Problem TooDeep(int limit) => new("FL1005", $"Maps and lists are nested more than {limit} deep.", "No key of a manifest needs that; remove it.");

    // Keys
    public static Problem DuplicateKey(string key, int line) => new("FL1006", $"{Quote.Value(key)} is given twice, first in line {line}.", "Keep one of them.");

    public static Problem UnknownKey(string key, string? nearest, IEnumerable<string> known) =>
        new("FL1007", $"There is no key {Quote.Value(key)} here.", nearest is null ? $"The keys are {Quote.List(known)}." : $"Did you mean '{nearest}'?");

    public static Problem MisplacedKey(string key, string place) =>
        new("FL1007", $"There is no key {Quote.Value(key)} here.", place.Length == 0 ? "It belongs at the top, without indentation." : $"It belongs under '{place}'.");

    public static Problem Missing(string key, string example) => new("FL1008", $"'{key}' is missing.", $"Write '{key}: {example}'.");

    public static Problem NoAverage() =>
        new("FL1008", "'average_value' or 'average_rate' is missing.", "Write 'average_value: 10' for a gauge, or 'average_rate: 50' for a counter. Histograms are not taken; their _count and _sum are counters.");

    public static Problem WrongKind(YamlNode node, string noun, string example) => new("FL1009", node switch
    {
        YamlScalar scalar => $"{Quote.Value(scalar.Text)} is a single value, and {noun} belongs here.",
        YamlList => $"This is a list, and {noun} belongs here.",
        _ => $"This is a map, and {noun} belongs here.",
    }, node is YamlScalar { Text: var text } && noun == "a list" ? $"Write [{Quote.Bare(text)}]." : $"Write {example}.");

    public static Problem EmptyValue(string noun, string example) => new("FL1010", $"There is no value, and {noun} belongs here.", $"Write {example}, or remove the key if nothing is meant.");

    public static Problem EmptyText(string example) => new("FL1010", "The text is empty.", $"Write {example}.");

    public static Problem EmptyList(string example) => new("FL1010", "The list is empty.", $"Write {example}.");

    // Values
    public static Problem NoUnit(string text, string kind, string example, string units) =>
        text.Length > 0 && text.All(c => char.IsAsciiDigit(c) || c == '.')
            ? new("FL1011", $"{Quote.Value(text)} has no unit.", $"Write {Quote.Bare(text)}{Quote.UnitOf(example)}.")
            : new("FL1011", $"{Quote.Value(text)} is no {kind}.", $"Write a number and {units} without a space, such as {example}.");

    public static Problem NoCpu(string text) => new("FL1011", $"{Quote.Value(text)} is no amount of processor.", "Write cores, such as 2 or 0.5, or thousandths of one, such as 500m.");

    public static Problem NoWholeNumber(YamlScalar scalar) => scalar.Text.Length > 1 && scalar.Text.All(char.IsAsciiDigit) && scalar.Text[0] == '0'
        ? NoPlain(scalar, "a whole number", scalar.Text.TrimStart('0').PadLeft(1, '0'), false)
        : NoPlain(scalar, "a whole number", "2", scalar.Text.Length > 0 && scalar.Text.All(char.IsAsciiDigit));

    public static Problem NoNumber(YamlScalar scalar) => NoPlain(scalar, "a number", "0.2", decimal.TryParse(scalar.Text, out _));

    public static Problem NoTruth(YamlScalar scalar) => scalar.Text.ToLowerInvariant() switch
    {
        "true" or "yes" or "on" or "y" => NoPlain(scalar, "true or false", "true", scalar.Text == "true"),
        "false" or "no" or "off" or "n" => NoPlain(scalar, "true or false", "false", scalar.Text == "false"),
        _ => NoPlain(scalar, "true or false", "true or false", false),
    };

    public static Problem NoChoice(string text, string? nearest, IEnumerable<string> choices) =>
        new("FL1011", $"{Quote.Value(text)} is none of {Quote.List(choices, "or")}.", $"Write {nearest ?? Quote.List(choices, "or")}.");

    public static Problem NoLatencyLimit(string text) => new("FL1011", $"{Quote.Value(text)} is neither a duration nor an increase.", Units.Share.TryParse(text, out _) ? $"Write +{text}." : "Write a limit such as 50ms, or an increase such as +20%.");

    public static Problem NoCondition(string text) => new("FL1011", $"{Quote.Value(text)} is no condition.", "Write a signal, > or <, and a value with spaces between them, such as error_rate > 1%.");

    public static Problem UnknownSignal(string signal, string? nearest, IEnumerable<string> known) =>
        new("FL1011", $"There is no signal {Quote.Value(signal)}.", nearest is null ? $"The signals are {Quote.List(known)}." : $"Did you mean '{nearest}'?");

    public static Problem BadThreshold(string signal, string value, string example) => new("FL1011", $"{Quote.Value(value)} is no value of {signal}.", $"Write one such as {example}.");

    public static Problem BadHealth(string text) => new("FL1011", $"{Quote.Value(text)} is no path of a request.", "Write a path that starts with / and has no space, such as /healthz.");

    public static Problem BadImage(string text, string example) => new("FL1011", $"{Quote.Value(text)} is no image reference.", $"Write one such as {example}, in lower case.");

    public static Problem TaggedRepository(string text) => new("FL1011", $"{Quote.Value(text)} has a tag or digest, and a repository has none.", "Remove it; the tag is 'version'.");

    public static Problem BadUrl(string text) => new("FL1011", $"{Quote.Value(text)} is no web address.", "Write one that starts with https:// or http://.");

    public static Problem BadUser(string text) => new("FL1011", $"{Quote.Value(text)} is no user that an image can be run as.", "Write a number such as 65532, or root; names mean nothing outside the image.");

    public static Problem BadZone(string text) => new("FL1011", $"{Quote.Value(text)} is no name of a time zone.", "Write one such as Europe/Berlin.");

    public static Problem BadCron(string text, string why) => new(
        "FL1011",
        $"{Quote.Value(text)} is no cron expression: {Quote.Bare(why)}.",
        "Write minute, hour, day of month, month and day of week, such as \"0 8 * * mon-fri\"; of each a value, a list 1,15, a range 1-5, or a step */10.");

    public static Problem OutOfRange(string text, bool below, string min, string max) => below
        ? new("FL1012", $"{Quote.Value(text)} is too little.", $"Write {min} or more.")
        : new("FL1012", $"{Quote.Value(text)} is too much.", $"Write {max} or less.");

    public static Problem NotPositive(string text, string example) => new("FL1012", $"{Quote.Value(text)} is not above zero.", $"Write more, such as {example}.");

    public static Problem AboveWhole(string text, bool whole, string example) =>
        new("FL1012", $"{Quote.Value(text)} is {(whole ? "above" : "not below")} 100%.", $"Write less, such as {example}.");

    public static Problem MaxBelowMin(int min, int max) => new("FL1012", $"max is {max}, and min is {min}.", $"Write {min} or more, or lower min.");

    public static Problem WindowMaxBelowMin(string cron, int min, int max) =>
        new("FL1012", $"In the window {Quote.Value(cron)} max is {max}, and min is {min}.", $"Give it a max of {min} or more, or lower min.");

    public static Problem ZeroWithoutTargets() =>
        new("FL1016", "'min: 0' goes only with 'targets': without them nothing takes replicas away.", "Add targets, such as {in_flight: 8}, or write min: 1.");

    public static Problem ZeroUnexposed() =>
        new("FL1016", "'min: 0' goes only with 'network/expose: true': what wakes it is a request at the gateway.", "Remove 'expose: false', or write min: 1.");

    public static Problem StepsFall() => new("FL1012", "The steps do not rise.", "Write each step larger than the one before, such as [5%, 25%, 50%].");

    // Names and paths
    public static Problem BadName(string text, string alike) =>
        new("FL1013", $"{Quote.Value(text)} is no name: 1 to 63 of a-z, 0-9 and -, with a letter or digit first and last.", $"Write {alike}.");

    public static Problem BadVersion(string text) =>
        new("FL1013", $"{Quote.Value(text)} is no version: 1 to 128 letters, digits, '_', '.' and '-', with no '.' or '-' first.", "Write one such as 1.4.0.");

    public static Problem BadVariable(string text) =>
        new("FL1013", $"{Quote.Value(text)} is no name of an environment variable.", "Use letters, digits and '_', with no digit first, such as LOG_LEVEL.");

    public static Problem ReservedVariable(string text) => new("FL1013", $"{Quote.Value(text)} is set by Fairlead itself.", "Choose another name.");

    public static Problem BadMetric(string text) =>
        new("FL1013", $"{Quote.Value(text)} is no name of a metric.", "Use letters, digits, '_' and ':', with no digit first, such as queue_depth; labels go under 'labels'.");

    public static Problem BadLabel(string text) =>
        new("FL1013", $"{Quote.Value(text)} is no name of a metric's label.", "Use letters, digits and '_', with no digit first, such as queue.");

    public static Problem SecretValue(string name) => new("FL1013", $"The secret {Quote.Value(name)} is given with a value.", $"Write the name alone; set {Quote.Value(name)} in the environment that Fairlead runs in.");

    public static Problem AbsolutePath(string path) =>
        new("FL1014", $"{Quote.Value(path)} is not relative to the manifest's folder.", "Move the file into that folder and write its path from there.");

    public static Problem PathLeaves(string path) => new("FL1014", $"{Quote.Value(path)} leads out of the folder.", "Remove the '..'; move the file into the folder if need be.");

    public static Problem Backslash(string path) => new("FL1014", $"{Quote.Value(path)} has a backslash.", $"Write {Quote.Bare(path.Replace('\\', '/'))}.");

    public static Problem RelativePath(string path) => new("FL1014", $"{Quote.Value(path)} is not absolute.", $"Write /{Quote.Bare(path)}.");

    // Keys against each other
    public static Problem NoModel() => new("FL1015", "No model is given.", "Write one of 'file', 'image', 'command' and 'dockerfile', such as 'file: model.onnx'.");

    public static Problem SecondModel(string first, string second) => new("FL1015", $"Both '{first}' and '{second}' are given, and a model is one of them.", $"Remove '{first}' or '{second}'.");

    public static Problem OnlyWith(string key, string needed, string remedy) => new("FL1016", $"'{key}' goes only with '{needed}'.", remedy);

    public static Problem TwoAverages() =>
        new("FL1016", "Both 'average_value' and 'average_rate' are given, and a metric has one of them.", "Keep average_value for a gauge, average_rate for a counter.");

    public static Problem SecretInEnv(string name) => new("FL1016", $"{Quote.Value(name)} is given under 'env' too.", "Keep it under 'secrets' alone if its value is secret, else under 'env' alone.");

    public static Problem Repeated(string what, string value, int line) => new("FL1017", $"The {what} {Quote.Value(value)} is listed twice, first in line {line}.", "Keep one of them.");

    // Environments
    public static Problem UnknownEnvironment(string name, IReadOnlyList<string> known, string? nearest) => new(
        "FL1018",
        $"There is no environment {Quote.Value(name)}.",
        known.Count == 0 ? "This manifest has none; add it under 'environments'." : (nearest is null ? "" : $"Did you mean '{nearest}'? ") + $"The environments are {Quote.List(known)}.");

    public static Problem NestedEnvironments() => new("FL1019", "An environment has no environments of its own.", "Move it up, beside this environment.");

    public static Problem Unsupported(string key, string meanwhile) => new("FL1020", $"{key} is not supported yet.", meanwhile);

    private static Problem NoPlain(YamlScalar scalar, string noun, string example, bool isQuoted) => isQuoted && !scalar.Plain
        ? new("FL1011", $"{Quote.Value(scalar.Text)} is in quotes, and {noun} is not.", $"Write {Quote.Bare(scalar.Text)}.")
        : new("FL1011", $"{Quote.Value(scalar.Text)} is not {noun}.", $"Write {example}.");
}
