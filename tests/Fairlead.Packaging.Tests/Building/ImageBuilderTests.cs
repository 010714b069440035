using System.Text;
using System.Text.Json;
using Fairlead.Core.Models;
using Fairlead.Oci.Images;
using Fairlead.Oci.Layers;
using Fairlead.Packaging.Closure;
using Fairlead.Packaging.Sbom;
using Fairlead.Testing.Models;

namespace Fairlead.Packaging.Tests.Building;

public sealed class ImageBuilderTests(ImageFactory images) : IClassFixture<ImageFactory>
{
    private const string Tiny = "name: tiny\nversion: 1.0.0\nmodel: {file: m.onnx}\n";

    [Fact]
    public async Task TheImageIsSmallAndItsLayersGoFromWhatChangesLeastToTheModel()
    {
        var image = await images.BuildAsync(images.CopyOfPenguins());

        image.Layers.Select(l => l.Title).ShouldBe(["libraries", "onnxruntime", "model server", "model"]);
        image.Layers.Take(3).Sum(l => l.Size).ShouldBeLessThanOrEqualTo(38_000_000);
        image.Size.ShouldBeGreaterThan(image.Layers.Sum(l => l.Size));
        var (manifest, config) = (images.Load(image).Manifest, images.Load(image).Config);
        config.Architecture.ShouldBe("amd64");
        config.Created.ShouldBe(DateTimeOffset.UnixEpoch);
        config.History!.Count.ShouldBe(4);
        var run = config.Run!;
        (run.User, run.StopSignal, run.WorkingFolder).ShouldBe(("65532:65532", "SIGTERM", "/model"));
        run.Entrypoint.ShouldBe(["/app/fairlead-server"]);
        run.ExposedPorts!.Keys.ShouldBe(["8080/tcp", "8081/tcp", "8082/tcp"]);
        run.Environment.ShouldBe(["DOTNET_EnableDiagnostics=0", "FAIRLEAD_MAX_BODY=16MiB", "FAIRLEAD_TIMEOUT=2s"]);
        run.HealthCheck!.Test.ShouldBe(["CMD", "/app/fairlead-server", "--health"]);
        run.Labels![AnnotationKeys.Version].ShouldBe("1.0.0");
        manifest.Annotations.ShouldBe(run.Labels);
    }

    [Fact]
    public async Task TheFilesAreThoseOfTheDesignAndNothingIsSetUserIdOrWritable()
    {
        var root = await images.UnpackAsync(await images.BuildAsync(images.CopyOfPenguins()));

        foreach (var path in new[] { "app/fairlead-server", "app/libonnxruntime.so.1", "model/penguins.onnx", "model/golden.json", "model/reference.csv", "model/fairlead-model.json", "etc/ssl/certs/ca-certificates.crt", "etc/passwd", "lib64/ld-linux-x86-64.so.2", ImageSbom.PathInImage, "usr/share/doc/libc6/copyright" })
        {
            File.Exists(Path.Combine(root, path)).ShouldBeTrue(path);
        }

        File.GetUnixFileMode(Path.Combine(root, "app/fairlead-server")).ShouldBe((UnixFileMode)0b111_101_101);
        File.GetUnixFileMode(Path.Combine(root, "model/penguins.onnx")).ShouldBe((UnixFileMode)0b110_100_100);
        Directory.Exists(Path.Combine(root, "tmp")).ShouldBeTrue();
        File.Exists(Path.Combine(root, "bin/sh")).ShouldBeFalse();
        var others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite | UnixFileMode.SetUser | UnixFileMode.SetGroup;
        Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(f => (File.GetUnixFileMode(f) & others) != 0).ShouldBeEmpty();
    }

    [Fact]
    public async Task AnotherFolderOrderTimeAndHomeGiveTheSameDigest()
    {
        var one = images.CopyOfPenguins();
        var other = images.CopyOfPenguins(files => files.Reverse());
        foreach (var file in Directory.EnumerateFiles(other))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2031, 3, 4, 5, 6, 7, DateTimeKind.Utc));
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.WriteAllText(Path.Combine(other, "notes.txt"), "beside the image");

        // Another home packs all layers again.
        (await images.BuildAsync(other, home: images.AnotherHome())).Digest.ShouldBe((await images.BuildAsync(one)).Digest);
    }

    [Fact]
    public async Task EveryDifferenceGivesAnotherDigestAndOnlyItsLayer()
    {
        var folder = images.CopyOfPenguins();
        var before = await images.BuildAsync(folder);
        var digests = new HashSet<string> { before.Digest.Value };

        File.AppendAllText(Path.Combine(folder, "golden.json"), " ");
        var byteChanged = await images.BuildAsync(folder);
        File.SetUnixFileMode(Path.Combine(folder, "reference.csv"), (UnixFileMode)0b111_101_101);
        var modeChanged = await images.BuildAsync(folder);
        var stamped = await images.BuildAsync(folder, variable: name => name == "SOURCE_DATE_EPOCH" ? "1700000000" : null);

        foreach (var image in new[] { byteChanged, modeChanged, stamped }) digests.Add(image.Digest.Value).ShouldBeTrue();
        byteChanged.Layers.Take(3).Select(l => (l.Digest, l.Reused)).ShouldBe(before.Layers.Take(3).Select(l => (l.Digest, true)));
        byteChanged.Layers[3].Reused.ShouldBeFalse();
        images.Load(stamped).Config.Created.ShouldBe(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
    }

    [Fact]
    public async Task TheFirstThreeLayersAreTheSameForEveryModel()
    {
        var penguins = await images.BuildAsync(images.CopyOfPenguins());
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());

        var tiny = await images.BuildAsync(folder, Tiny + "serve: {timeout: 5s, batching: {max_size: 4, max_delay: 1ms}}\nimage: {time_zones: [Europe/Berlin]}\n");

        tiny.Layers.Take(3).Select(l => l.Digest).ShouldBe(penguins.Layers.Take(3).Select(l => l.Digest));
        tiny.Layers[3].Digest.ShouldNotBe(penguins.Layers[3].Digest);
        images.Load(tiny).Config.Run!.Environment.ShouldBe(["DOTNET_EnableDiagnostics=0", "FAIRLEAD_BATCH_DELAY=1ms", "FAIRLEAD_BATCH_SIZE=4", "FAIRLEAD_MAX_BODY=16MiB", "FAIRLEAD_TIMEOUT=5s"]);
        var root = await images.UnpackAsync(tiny);
        File.Exists(Path.Combine(root, "usr/share/zoneinfo/Europe/Berlin")).ShouldBeTrue();
        File.Exists(Path.Combine(root, "usr/share/zoneinfo/Europe/Vienna")).ShouldBeFalse();
    }

    [Fact]
    public async Task FilesAreLaidWhereTheManifestSays()
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());
        File.WriteAllText(Path.Combine(folder, "one.json"), "1");
        File.WriteAllText(Path.Combine(folder, "two.sh"), "2");
        File.SetUnixFileMode(Path.Combine(folder, "two.sh"), (UnixFileMode)0b111_101_101);

        var root = await images.UnpackAsync(await images.BuildAsync(folder, Tiny + "files: [{from: one.json, to: /etc/app/one.json}, {from: two.sh, to: tools/two.sh}]\n"));

        File.ReadAllText(Path.Combine(root, "etc/app/one.json")).ShouldBe("1");
        (File.GetUnixFileMode(Path.Combine(root, "etc/app/one.json")) & UnixFileMode.UserExecute).ShouldBe((UnixFileMode)0);
        (File.GetUnixFileMode(Path.Combine(root, "model/tools/two.sh")) & UnixFileMode.UserExecute).ShouldBe(UnixFileMode.UserExecute);
        File.Exists(Path.Combine(root, "model/one.json")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("/app/fairlead-server")]
    [InlineData("/lib/x86_64-linux-gnu/mine.so")]
    [InlineData("/etc/passwd")]
    [InlineData("/model/m.onnx")]
    [InlineData("m.onnx/under")]
    [InlineData("/proc/self/x")]
    [InlineData("/etc")]
    public async Task APlaceOfTheImagesOwnIsRefused(string to)
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());
        File.WriteAllText(Path.Combine(folder, "one.json"), "1");

        var problem = (await images.TryBuildAsync(folder, Tiny + $"files: [{{from: one.json, to: {to}}}]\n")).Problems.ShouldHaveSingleItem();

        (problem.Code, problem.At!.Path).ShouldBe(("FL2311", "files/0/to"));
    }

    [Theory]
    [InlineData("", "FL2005")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "FL2006")]
    [InlineData("hello", "FL2008")]
    public async Task WhatIsNoModelIsRefusedAndNoImageHasTheName(string content, string code)
    {
        var folder = images.NewFolder();
        File.WriteAllText(Path.Combine(folder, "m.onnx"), content);

        var problem = (await images.TryBuildAsync(folder, Tiny.Replace("tiny", "refused", StringComparison.Ordinal))).Problems.ShouldHaveSingleItem();

        (problem.Code, problem.At!.Path).ShouldBe((code, "model/file"));
        images.Store.List().Value.ShouldNotContain(i => i.Name.Name == "refused");
    }

    [Fact]
    public async Task AModelThatOnnxRuntimeRefusesIsRefused()
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), new OnnxBuilder().Opset("", 99).Node("Add", ["x", "x"], ["y"]).Input("x", OnnxBuilder.Float, 1).Output("y", OnnxBuilder.Float, 1).Build());

        (await images.TryBuildAsync(folder, Tiny)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2011");
    }

    [Fact]
    public async Task WrongGoldenAnswersAreFoundInTheBuiltFiles()
    {
        var folder = images.CopyOfPenguins();
        var golden = Path.Combine(folder, "golden.json");
        var at = File.ReadAllText(golden);
        File.WriteAllText(golden, at.Replace("\"species\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[0]", "\"species\",\"datatype\":\"INT64\",\"shape\":[1],\"data\":[2]", StringComparison.Ordinal));
        File.ReadAllText(golden).ShouldNotBe(at);

        var problem = (await images.TryBuildAsync(folder)).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2314");
        problem.Message.ShouldContain("FL2215");
        problem.Message.ShouldContain("species");
    }

    [Fact]
    public async Task WhatWasBuiltAndCheckedIsNotServedAgainUntilAFileChanges()
    {
        var folder = images.CopyOfPenguins();
        var home = images.AnotherHome();
        var told = new List<string>();
        await images.BuildAsync(folder, home: home, done: told.Add);
        told.ShouldContain(t => t.Contains("golden answers match", StringComparison.Ordinal));
        told.Clear();

        var again = await images.BuildAsync(folder, home: home, done: told.Add);

        told.ShouldContain("serves from the built files: checked when it was built first");
        told.Clear();
        File.AppendAllText(Path.Combine(folder, "golden.json"), " ");
        (await images.BuildAsync(folder, home: home, done: told.Add)).Digest.ShouldNotBe(again.Digest);
        told.ShouldContain(t => t.Contains("golden answers match", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASecretInTheFolderRefusesTheBuildUnlessItsFileIsAllowed()
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());
        File.WriteAllText(Path.Combine(folder, ".env"), "A=1");

        (await images.TryBuildAsync(folder, Tiny)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2320");
        (await images.TryBuildAsync(folder, Tiny + "image: {allow_secrets: [.env]}\n")).Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task ValuesOfSecretsAndOfTheEnvironmentAreNowhereInTheImage()
    {
        var folder = images.NewFolder();
        File.WriteAllBytes(Path.Combine(folder, "m.onnx"), TinyModels.Double());
        const string Manifest = Tiny + "secrets: [API_KEY]\nenv: {REGION: narnia-north-1}\n";

        var image = await images.BuildAsync(folder, Manifest, name => name == "API_KEY" ? "opensesame-8271" : null);

        var root = await images.UnpackAsync(image);
        var documents = images.Store.Referrers(image.Digest).Value.SelectMany(r => r.Manifest.Layers).Append(images.Load(image).Stored.Manifest).Append(images.Load(image).Manifest.Config)
            .Select(d => images.Store.ReadBlob(d).Value);
        var texts = Directory.EnumerateFiles(Path.Combine(root, "model")).Concat(Directory.EnumerateFiles(Path.Combine(root, "usr/share/doc/fairlead"))).Select(File.ReadAllBytes).Concat(documents).ToList();
        texts.Count.ShouldBeGreaterThan(5);
        foreach (var text in texts.Select(Encoding.Latin1.GetString))
        {
            text.ShouldNotContain("opensesame");
            text.ShouldNotContain("narnia");
            text.ShouldNotContain(folder);
        }
    }

    [Fact]
    public async Task TheSbomNamesEveryLibraryWithItsPackageAndEveryFileWithItsHash()
    {
        var image = await images.BuildAsync(images.CopyOfPenguins());
        var root = await images.UnpackAsync(image);

        var bytes = File.ReadAllBytes(Path.Combine(root, ImageSbom.PathInImage));
        var sbom = SpdxDocument.Read(bytes)!;

        (sbom.Name, sbom.Version).ShouldBe(("penguins", "1.0.0"));
        var purls = sbom.Packages.Select(p => p.Purl).OfType<string>().ToList();
        purls.ShouldContain(p => p.StartsWith("pkg:deb/debian/libc6@", StringComparison.Ordinal) && p.Contains("arch=amd64", StringComparison.Ordinal) && p.Contains("upstream=glibc", StringComparison.Ordinal));
        purls.ShouldContain(p => p.StartsWith("pkg:deb/debian/libssl3@", StringComparison.Ordinal));
        purls.ShouldContain($"pkg:github/microsoft/onnxruntime@v{Onnx.OnnxRuntime.Version}");
        purls.ShouldContain(p => p.StartsWith("pkg:nuget/Microsoft.NETCore.App.Runtime.linux-x64@10.", StringComparison.Ordinal));
        purls.ShouldContain(p => p.StartsWith("pkg:nuget/Microsoft.AspNetCore.App.Runtime.linux-x64@10.", StringComparison.Ordinal));
        var files = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var binaries = Directory.EnumerateFiles(root, "*", files).Where(ElfReader.IsElf).Select(f => Path.GetRelativePath(root, f)).ToList();
        binaries.Count.ShouldBeGreaterThan(8);
        binaries.Except(sbom.Files.Select(f => f.Path)).ShouldBeEmpty();
        foreach (var file in sbom.Files)
        {
            using var stream = File.OpenRead(Path.Combine(root, file.Path));
            FileHash.Of(file.Path, stream, default).ShouldBe(file);
        }

        var attached = images.Store.Referrers(image.Digest).Value.Single(r => r.Manifest.ArtifactType == "application/spdx+json");
        images.Store.ReadBlob(attached.Manifest.Layers[0]).Value.ShouldBe(bytes);
    }

    [Fact]
    public async Task TheProvenanceNamesManifestModelAndBuilder()
    {
        var folder = images.CopyOfPenguins();
        Directory.CreateDirectory(Path.Combine(folder, ".git"));
        File.WriteAllText(Path.Combine(folder, ".git/HEAD"), "ref: refs/heads/main\n");
        File.WriteAllText(Path.Combine(folder, ".git/packed-refs"), $"# pack-refs\n{new string('a', 40)} refs/heads/main\n");
        File.WriteAllText(Path.Combine(folder, ".git/config"), "[remote \"origin\"]\nurl = https://user:opensesame@git.example.com/x.git\n");
        var plain = await images.BuildAsync(images.CopyOfPenguins());

        var image = await images.BuildAsync(folder);

        image.Digest.ShouldBe(plain.Digest, "the repository is no part of the image");
        var attached = images.Store.Referrers(image.Digest).Value.Where(r => r.Manifest.ArtifactType == "application/vnd.in-toto+json").ToList();
        attached.Count.ShouldBe(2, "one for the build from each folder");
        var text = attached.Select(a => Encoding.UTF8.GetString(images.Store.ReadBlob(a.Manifest.Layers[0]).Value)).Single(t => t.Contains("gitCommit", StringComparison.Ordinal));
        text.ShouldNotContain("opensesame");
        var statement = JsonElement.Parse(text);
        statement.GetProperty("_type").GetString().ShouldBe("https://in-toto.io/Statement/v1");
        statement.GetProperty("predicateType").GetString().ShouldBe("https://slsa.dev/provenance/v1");
        statement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString().ShouldBe(image.Digest.Hex);
        var definition = statement.GetProperty("predicate").GetProperty("buildDefinition");
        definition.GetProperty("externalParameters").GetProperty("manifest").GetProperty("digest").GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "fairlead.yaml")))));
        var dependencies = definition.GetProperty("resolvedDependencies").EnumerateArray().ToDictionary(d => d.GetProperty("name").GetString()!);
        dependencies["source"].GetProperty("digest").GetProperty("gitCommit").GetString().ShouldBe(new string('a', 40));
        dependencies["model/penguins.onnx"].GetProperty("digest").GetProperty("sha256").GetString().ShouldBe(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, "penguins.onnx")))));
        statement.GetProperty("predicate").GetProperty("runDetails").GetProperty("builder").GetProperty("version").GetProperty("fairlead").GetString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task ADescriptorTellsTheServerOfLabelsGoldenAndReference()
    {
        var root = await images.UnpackAsync(await images.BuildAsync(images.CopyOfPenguins()));

        var descriptor = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(root, "model", ModelDescriptor.FileName)), ModelJson.Default.ModelDescriptor)!;

        (descriptor.Name, descriptor.Version, descriptor.Golden, descriptor.Reference).ShouldBe(("penguins", "1.0.0", "golden.json", "reference.csv"));
        descriptor.Labels["species"].ShouldBe(["Adelie", "Chinstrap", "Gentoo"]);
    }

    [Theory]
    [InlineData("../m.onnx")]
    [InlineData("link.onnx")]
    public async Task AModelOutsideItsFolderIsRefused(string path)
    {
        var outside = images.NewFolder();
        var folder = Directory.CreateDirectory(Path.Combine(outside, "model")).FullName;
        File.WriteAllBytes(Path.Combine(outside, "m.onnx"), TinyModels.Double());
        File.CreateSymbolicLink(Path.Combine(folder, "link.onnx"), "../m.onnx");
        var manifest = new Core.Manifests.Manifest { Name = Core.Identity.DeploymentName.Parse("a"), Version = "1", Model = new Core.Manifests.ModelSpec { File = path } };
        var order = new BuildOrder(manifest, folder, Core.Identity.Digest.Of([]), images.Home, ImageFactory.ServerFolder, _ => null);

        var problems = (await new ImageBuilder(images.Store, TimeProvider.System).BuildAsync(order, default)).Problems;

        problems.ShouldHaveSingleItem().Code.ShouldBe("FL2102");
    }
}
