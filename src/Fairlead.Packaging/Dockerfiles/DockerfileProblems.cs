using Fairlead.Core.Results;

namespace Fairlead.Packaging.Dockerfiles;

internal static class DockerfileProblems
{
    public static Problem FolderNotEmpty(string folder) =>
        new("FL2340", $"{folder} exists and is not empty.", "Name a folder that does not exist yet, or empty it.");

    public static Problem CannotWrite(string folder, string reason) =>
        new("FL2341", $"{folder} cannot be written: {reason}", "Check the folder's permissions and the space on its disk.");

    public static Problem BaseWithoutName(string baseImage) =>
        new("FL2342", $"The base '{baseImage}' is in no registry, and a Dockerfile can name no other.", "Set 'image.base' to a reference with a registry, or to auto.");

    public static Problem NoDockerfile(string folder) =>
        new("FL2343", $"The folder '{folder}' has neither a Dockerfile nor a Containerfile.", "Name the folder that has one under 'model.dockerfile'.");

    public static Problem NoBuilder() =>
        new("FL2344", "Neither Docker nor Buildah can be used on this machine.", "Start the Docker daemon, or install the Debian package 'buildah'.");

    public static Problem BuilderFailed(string program, int exitCode, string lastWords) =>
        new("FL2345", $"{program} ended with exit code {exitCode}: {lastWords}", "Correct what it names in the Dockerfile and build again.");
}
