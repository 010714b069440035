using System.Security.Cryptography;
using Fairlead.Core.Manifests;
using Fairlead.Oci.Archives;
using Fairlead.Oci.Images;
using Fairlead.Oci.Unpacking;
using Fairlead.Packaging.Tests.Building;
using Fairlead.Testing.Containers;
using Fairlead.Testing.Programs;
using Fairlead.Testing.Skipping;

namespace Fairlead.Packaging.Tests.Tools;

/// <summary>What others' programs make of a built image, and of the exported Dockerfile.</summary>
public sealed class ContainerTests(ImageFactory images) : IClassFixture<ImageFactory>
{
    [DockerFact]
    public async Task Docker_ServesThePenguinsWithoutAnyRight()
    {
        var docker = new DockerEngine();
        var name = await LoadAsync(docker, await images.BuildAsync(images.CopyOfPenguins()));
        try
        {
            await using var container = await docker.StartAsync(name);
            (await container.AnswersAsync()).ShouldBeTrue(await container.LogsAsync());
            (await container.ExecuteAsync("/app/fairlead-server", "--health")).ExitCode.ShouldBe(0);
            (await container.ExecuteAsync("/bin/sh")).ExitCode.ShouldNotBe(0, "there is no shell");
            (await container.StopAsync()).ShouldBe("0", "SIGTERM drains and ends it");
        }
        finally
        {
            await docker.RunAsync("rmi", "--force", name);
        }
    }

    [FactWhereProgram("podman", "apt-get install podman runc")]
    public async Task Podman_ServesThePenguinsWithoutAnyRight()
    {
        await using var podman = new PodmanEngine();
        var loaded = await podman.RunAsync("load", "-i", await ArchiveAsync(await images.BuildAsync(images.CopyOfPenguins()), ArchiveFormat.Oci));
        loaded.ExitCode.ShouldBe(0, loaded.ToString());

        await using var container = await podman.StartAsync(loaded.Output.Trim()["Loaded image: ".Length..]);

        (await container.AnswersAsync()).ShouldBeTrue(await container.LogsAsync());
        (await container.StopAsync()).ShouldBe("0");
    }

    [FactWhereProgram("umoci", "apt-get install umoci")]
    public async Task Umoci_UnpacksTheSameFiles()
    {
        var image = await images.BuildAsync(images.CopyOfPenguins());
        var bundle = Path.Combine(images.NewFolder(), "bundle");

        var unpacked = await Tool.RunAsync("umoci", "unpack", "--rootless", "--image", $"{images.Store.Folder}:penguins:1.0.0", bundle);

        unpacked.ExitCode.ShouldBe(0, unpacked.ToString());
        Files(Path.Combine(bundle, "rootfs")).ShouldBe(Files(await images.UnpackAsync(image)));
    }

    [DockerFact]
    public async Task Docker_BuildsTheExportedDockerfileToTheSameFilesAndAnswers()
    {
        var (context, image) = await ExportAsync();
        var docker = new DockerEngine();
        var tag = $"fairlead-exported:{Guid.NewGuid():n}";
        var built = await docker.RunAsync("build", "-q", "-t", tag, context);
        built.ExitCode.ShouldBe(0, built.ToString());
        try
        {
            var archive = Path.Combine(images.NewFolder(), "image.tar");
            (await docker.RunAsync("save", "-o", archive, tag)).ExitCode.ShouldBe(0);
            (await FilesOfAsync(archive, out var config)).ShouldBe(Files(await images.UnpackAsync(image)));
            ShouldRunLike((await config).Run!, images.Load(image).Config.Run!, health: true);
            await using var container = await docker.StartAsync(tag);
            (await container.AnswersAsync()).ShouldBeTrue(await container.LogsAsync());
        }
        finally
        {
            await docker.RunAsync("rmi", "--force", tag);
        }
    }

    [FactWhereProgram("buildah", "apt-get install buildah")]
    public async Task Buildah_BuildsTheExportedDockerfileToTheSameFiles()
    {
        var (context, image) = await ExportAsync();
        var (archive, id) = (Path.Combine(images.NewFolder(), "image.tar"), Path.Combine(images.NewFolder(), "id"));

        var built = await Tool.RunAsync("buildah", "build", "--format", "docker", "--iidfile", id, context);
        built.ExitCode.ShouldBe(0, built.ToString());
        var pushed = await Tool.RunAsync("buildah", "push", File.ReadAllText(id).Trim(), $"docker-archive:{archive}");
        await Tool.RunAsync("buildah", "rmi", File.ReadAllText(id).Trim());

        pushed.ExitCode.ShouldBe(0, pushed.ToString());
        (await FilesOfAsync(archive, out var config)).ShouldBe(Files(await images.UnpackAsync(image)));
        ShouldRunLike((await config).Run!, images.Load(image).Config.Run!, health: true);
    }

    private async Task<string> ArchiveAsync(BuiltImage image, ArchiveFormat format)
    {
        var archive = Path.Combine(images.NewFolder(), "image.tar");
        await using var session = (await images.Store.BeginAsync(CancellationToken.None)).Value;
        await using var file = File.Create(archive);
        (await ImageExport.WriteAsync(session, images.Load(image), format, file, CancellationToken.None)).Problems.ShouldBeEmpty();
        return archive;
    }

    private async Task<string> LoadAsync(DockerEngine docker, BuiltImage image)
    {
        var loaded = await docker.RunAsync("load", "-i", await ArchiveAsync(image, ArchiveFormat.Docker));
        loaded.ExitCode.ShouldBe(0, loaded.ToString());
        loaded.Output.ShouldContain("penguins:1.0.0");
        return "penguins:1.0.0";
    }

    private async Task<(string Context, BuiltImage Image)> ExportAsync()
    {
        var folder = images.CopyOfPenguins();
        var image = await images.BuildAsync(folder);
        var to = Path.Combine(images.NewFolder(), "context");
        var path = Path.Combine(folder, ManifestFile.FileName);
        var order = BuildOrder.Of(ManifestReader.ReadFile(path, null).Value, path, images.Home, ImageFactory.ServerFolder, _ => null).Value;
        var written = await new DockerfileExport(images.Store, TimeProvider.System).WriteAsync(order, to, CancellationToken.None);
        written.Problems.ShouldBeEmpty();
        return (to, image);
    }

    private Task<SortedDictionary<string, string>> FilesOfAsync(string archive, out Task<ImageConfig> config)
    {
        var read = ReadAsync(archive);
        config = Task.Run(async () => (await read).Config);
        return Task.Run(async () => (await read).Files);
    }

    private async Task<(SortedDictionary<string, string> Files, ImageConfig Config)> ReadAsync(string archive)
    {
        await using var session = (await images.Store.BeginAsync(CancellationToken.None)).Value;
        await using var stream = File.OpenRead(archive);
        var imported = await ImageImport.ReadAsync(session, stream, archive, ImageName.Parse($"imported:{Guid.NewGuid():n}"), CancellationToken.None);
        imported.Problems.ShouldBeEmpty();
        var loaded = images.Store.Load(imported.Value[0]).Value;
        var folder = images.NewFolder();
        (await ImageUnpacker.UnpackAsync(images.Store, loaded, folder, UnpackOptions.Default, CancellationToken.None)).Problems.ShouldBeEmpty();
        return (Files(folder), loaded.Config);
    }

    private static void ShouldRunLike(RunConfig actual, RunConfig expected, bool health)
    {
        (actual.User, actual.WorkingFolder, actual.StopSignal).ShouldBe((expected.User, expected.WorkingFolder, expected.StopSignal));
        actual.Entrypoint.ShouldBe(expected.Entrypoint);
        expected.Environment!.Except(actual.Environment!).ShouldBeEmpty();
        expected.ExposedPorts!.Keys.Except(actual.ExposedPorts!.Keys).ShouldBeEmpty();
        foreach (var (name, value) in expected.Labels!) actual.Labels![name].ShouldBe(value);
        if (health) actual.HealthCheck!.Test.ShouldBe(expected.HealthCheck!.Test);
    }

    /// <summary>Every path with its mode and content, links as they are.</summary>
    private static SortedDictionary<string, string> Files(string root)
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        Walk(new DirectoryInfo(root));
        return found;

        void Walk(DirectoryInfo folder)
        {
            foreach (var entry in folder.EnumerateFileSystemInfos())
            {
                var path = Path.GetRelativePath(root, entry.FullName);
                if (entry.LinkTarget is { } target) found[path] = $"link {target}";
                else if (entry is DirectoryInfo below)
                {
                    found[path] = $"folder {entry.UnixFileMode}";
                    Walk(below);
                }
                else found[path] = $"file {entry.UnixFileMode} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(entry.FullName)))}";
            }
        }
    }
}
