using System.Text.Json;
using Fairlead.Core.Manifests;
using Fairlead.Core.Models;
using Fairlead.Testing.Models;

namespace Fairlead.Packaging.Tests.Content;

public sealed class ModelContentTests : IDisposable
{
    private const string Golden = """{"cases": [{"name": "a", "request": {"inputs": []}, "response": {"outputs": [{"name": "y", "datatype": "FP32", "shape": [1], "data": [1]}]}}]}""";

    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public void ExactlyTheNamedFilesAndADescriptorArePacked()
    {
        _place.Write("models/m.onnx", TinyModels.WithExternalData("data/w.bin"));
        _place.Write("models/data/w.bin", new byte[8]);
        _place.Write("golden.json", Golden);
        _place.Write("reference.csv", "x\n1\n");
        _place.Write("thresholds.json", "{}");
        _place.Write("notes.txt", "not needed");

        var packed = _place.Pack(
            new ModelSpec { File = "./models/m.onnx", Golden = "golden.json", Reference = "reference.csv", Labels = new Dictionary<string, IReadOnlyList<string>> { ["y"] = ["a", "b"] } },
            new FileSpec("thresholds.json", "thresholds.json")).Value;

        packed.Folder.ShouldBe(_place.Home.ContentOf(packed.Digest));
        FilesOf(packed).ShouldBe(["fairlead-model.json", "golden.json", "models/data/w.bin", "models/m.onnx", "reference.csv", "thresholds.json"]);
        packed.Files.ShouldBe(6);
        var descriptor = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(packed.Folder, ModelDescriptor.FileName)), ModelJson.Default.ModelDescriptor)!;
        (descriptor.Name, descriptor.Version, descriptor.File, descriptor.Golden, descriptor.Reference).ShouldBe(("penguins", "1.0.0", "models/m.onnx", "golden.json", "reference.csv"));
        descriptor.Labels["y"].ShouldBe(["a", "b"]);
    }

    [Fact]
    public void FilesInTheStoreAreReadOnly()
    {
        _place.Write("m.onnx", TinyModels.Double());

        var packed = _place.Pack(new ModelSpec { File = "m.onnx" }).Value;

        File.GetUnixFileMode(Path.Combine(packed.Folder, "m.onnx")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
    }

    [Fact]
    public void FilesWithIdenticalContentInAnotherFolderHaveTheSameDigest()
    {
        using var other = new Workplace();
        _place.Write("m.onnx", TinyModels.Double());
        other.Write("m.onnx", TinyModels.Double());
        File.SetLastWriteTimeUtc(Path.Combine(other.Folder, "m.onnx"), DateTime.UnixEpoch);
        File.SetUnixFileMode(Path.Combine(other.Folder, "m.onnx"), UnixFileMode.UserRead | UnixFileMode.UserWrite);

        other.Pack(new ModelSpec { File = "m.onnx" }).Value.Digest.ShouldBe(_place.Pack(new ModelSpec { File = "m.onnx" }).Value.Digest);
    }

    [Fact]
    public void EveryDifferenceInContentChangesTheDigest()
    {
        _place.Write("m.onnx", TinyModels.Double());
        _place.Write("n.onnx", TinyModels.Double());
        _place.Write("golden.json", Golden);
        var digests = new HashSet<string>
        {
            Digest(new ModelSpec { File = "m.onnx" }),
            Digest(new ModelSpec { File = "n.onnx" }),
            Digest(new ModelSpec { File = "m.onnx", Golden = "golden.json" }),
            Digest(new ModelSpec { File = "m.onnx", Labels = new Dictionary<string, IReadOnlyList<string>> { ["y"] = ["a"] } }),
        };
        File.SetUnixFileMode(Path.Combine(_place.Folder, "m.onnx"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        digests.Add(Digest(new ModelSpec { File = "m.onnx" }));

        digests.Count.ShouldBe(5);
    }

    [Fact]
    public void MissingFilesAreAllNamedWithTheirKeysAndWhatIsThere()
    {
        _place.Write("penguins.onnx", TinyModels.Double());
        _place.Write("golden.json", Golden);

        var problems = _place.Pack(new ModelSpec { File = "pengiuns.onnx", Golden = "goldn.json", Reference = "reference.csv" }).Problems;

        problems.Select(p => p.Code).ShouldBe(["FL2101", "FL2101", "FL2101"]);
        problems.Select(p => p.At!.Path).ShouldBe(["model/file", "model/golden", "model/reference"]);
        problems[0].Message.ShouldContain("'pengiuns.onnx' is not in");
        problems[0].Message.ShouldContain("the folder holds golden.json, penguins.onnx");
        problems[0].Hint.ShouldBe("Did you mean 'penguins.onnx'?");
        problems[1].Hint.ShouldBe("Did you mean 'golden.json'?");
    }

    [Theory]
    [InlineData("../m.onnx")]
    [InlineData("/etc/hostname")]
    [InlineData("link.onnx")]
    [InlineData("out/m.onnx")]
    public void APathThatLeadsOutIsRefused(string path)
    {
        File.WriteAllBytes(Path.Combine(_place.Root, "m.onnx"), TinyModels.Double());
        File.CreateSymbolicLink(Path.Combine(_place.Folder, "link.onnx"), "../m.onnx");
        Directory.CreateSymbolicLink(Path.Combine(_place.Folder, "out"), "..");

        _place.Pack(new ModelSpec { File = path }).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2102");
    }

    [Fact]
    public void ExternalDataOutsideIsRefused()
    {
        _place.Write("m.onnx", TinyModels.WithExternalData("../secret.bin"));

        _place.Pack(new ModelSpec { File = "m.onnx" }).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2009");
    }

    [Theory]
    [InlineData("", "FL2005")]
    [InlineData("version https://git-lfs.github.com/spec/v1\n", "FL2006")]
    [InlineData("hello", "FL2008")]
    public void WhatIsNoModelIsToldBeforeAnythingIsDeployed(string content, string code)
    {
        _place.Write("m.onnx", content);

        var problem = _place.Pack(new ModelSpec { File = "m.onnx" }).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe(code);
        Directory.Exists(_place.Home.Content).ShouldBeFalse();
    }

    [Fact]
    public void AGoldenFileThatIsWrongIsToldWithItsPlace()
    {
        _place.Write("m.onnx", TinyModels.Double());
        _place.Write("golden.json", """{"cases": [{"name": "a"}]}""");

        var problem = _place.Pack(new ModelSpec { File = "m.onnx", Golden = "golden.json" }).Problems.ShouldHaveSingleItem();

        (problem.Code, problem.At!.File, problem.At.Path).ShouldBe(("FL2111", "golden.json", "cases/0/request"));
    }

    [Fact]
    public void AFileWithTheDescriptorsNameIsRefused()
    {
        _place.Write("m.onnx", TinyModels.Double());
        _place.Write("fairlead-model.json", Golden);

        _place.Pack(new ModelSpec { File = "m.onnx", Golden = "fairlead-model.json" }).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2107");
    }

    private string Digest(ModelSpec model) => _place.Pack(model).Value.Digest.Value;

    private static IEnumerable<string> FilesOf(PackedContent packed) =>
        Directory.EnumerateFiles(packed.Folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(packed.Folder, f)).Order(StringComparer.Ordinal);
}
