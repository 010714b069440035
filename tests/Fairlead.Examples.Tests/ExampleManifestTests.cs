using Fairlead.Core.Manifests;
using Fairlead.Training.Files;

namespace Fairlead.Examples.Tests;

public sealed class ExampleManifestTests
{
    [Theory]
    [InlineData("custom-python")]
    [InlineData("digits")]
    [InlineData("penguins")]
    public void TheManifestReadsWithoutAProblemAndItsFilesAreThere(string example)
    {
        var folder = Path.Combine(ExamplesFolder.Find(), example);

        var read = ManifestReader.ReadFile(Path.Combine(folder, "fairlead.yaml"), environment: null);

        read.Problems.ShouldBeEmpty();
        var manifest = read.Value;
        manifest.Name.ToString().ShouldBe(example);
        manifest.Scale.Min.ShouldBe(2);
        string?[] named = [manifest.Model.File, manifest.Model.Golden, manifest.Model.Reference, manifest.Model.Command?[^1]];
        named.OfType<string>().ShouldAllBe(file => File.Exists(Path.Combine(folder, file)));
    }

    [Theory]
    [InlineData("penguins", "species", 3)]
    [InlineData("digits", "digit", 10)]
    public void EveryClassHasALabel(string example, string output, int classes)
    {
        var manifest = ManifestReader.ReadFile(Path.Combine(ExamplesFolder.Find(), example, "fairlead.yaml"), environment: null).Value;

        manifest.Model.Labels[output].Count.ShouldBe(classes);
        GoldenCases.Read(example).Cases.SelectMany(c => c.Outputs.Single(o => o.Name == output).Data).ShouldAllBe(label => label < classes);
    }
}
