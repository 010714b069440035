using Fairlead.Core.Results;

namespace Fairlead.Packaging.Building;

internal static class BuildProblems
{
    public static Problem ServerMissing(string path) =>
        new("FL2310", $"The model server is not beside this program: {path} is missing.", "Build the solution again: dotnet build -c Release.");

    public static Problem PlaceTaken(string to) =>
        new("FL2311", $"'{to}' is a place of the image's own.", "Choose another, such as below /etc/app.");

    public static Problem ZoneMissing(string zone) =>
        new("FL2312", $"The time zone '{zone}' is not on this machine.", "Correct its name, or install the Debian package 'tzdata'.");

    public static Problem NotAModel(string key) =>
        new("FL2313", $"A manifest with 'model/{key}' has nothing to build an image of.", key == "image" ? "The image is there already." : "Use 'model.file', or 'model.dockerfile' for a program.");

    public static Problem NotALayout(string path) =>
        new("FL2318", $"'{path}' is no OCI image layout: it has no file 'oci-layout'.", "Name a folder that one was written to, as 'skopeo copy … oci:FOLDER' does.");

    public static Problem BaseForOtherMachine(string baseImage, string ours, string wanted) =>
        new("FL2319", $"The base image '{baseImage}' is for {wanted}, and the model server for {ours}.", $"Name a base for {ours}.");

    public static Problem CheckFailed(string reason, string remedy) =>
        new("FL2314", $"The built image does not serve the model: {reason}", remedy);

    public static Problem CheckEnded(int exitCode, string lastWords) =>
        new("FL2315", $"The server ended with exit code {exitCode} when it was started from the built files{(lastWords.Length == 0 ? "." : $": {lastWords}")}", "What it says names the cause; a library that it opens by name may be missing from the image.");

    public static Problem CheckSlow(TimeSpan waited) =>
        new("FL2316", $"The server was not ready within {waited.TotalSeconds:0} s when it was started from the built files.", "Try again when the machine is less busy.");

    public static Problem NoServerIdentity(string path) =>
        new("FL2317", $"{path} does not say what it is made of.", "It is no published model server: build the solution again with dotnet build -c Release.");
}
