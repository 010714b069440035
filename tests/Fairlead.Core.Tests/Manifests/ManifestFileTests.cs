using System.Text;
using Fairlead.Core.Manifests;

namespace Fairlead.Core.Tests.Manifests;

public sealed class ManifestFileTests : IDisposable
{
    private const string Good = "name: penguins\nversion: 1.4.0\nmodel: {file: penguins.onnx}\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("fairlead-manifest-").FullName;

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_resolves_to_the_manifest_in_it_and_a_file_to_itself()
    {
        File.WriteAllText(Path("fairlead.yaml"), Good);

        ManifestFile.Resolve(_folder).Value.ShouldBe(Path("fairlead.yaml"));
        ManifestFile.Resolve(Path("fairlead.yaml")).Value.ShouldBe(Path("fairlead.yaml"));
    }

    [Fact]
    public void A_path_or_folder_without_a_manifest_says_how_to_get_one()
    {
        ManifestFile.Resolve(Path("missing")).Problems.ShouldHaveSingleItem().Hint.ShouldContain("fairlead init");
        ManifestFile.Resolve(_folder).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL1001");
    }

    [Fact]
    public void A_manifest_of_another_name_is_named()
    {
        File.WriteAllText(Path("fairlead.yml"), Good);

        ManifestFile.Resolve(_folder).Problems.ShouldHaveSingleItem().Hint.ShouldBe("Rename 'fairlead.yml' to fairlead.yaml, or give its path.");
    }

    [Fact]
    public void A_missing_file_is_a_problem() =>
        ManifestReader.ReadFile(Path("fairlead.yaml"), null).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL1001");

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_a_problem()
    {
        Directory.CreateDirectory(Path("fairlead.yaml"));

        ManifestReader.ReadFile(Path("fairlead.yaml"), null).Problems.ShouldHaveSingleItem().ToString()
            .ShouldBe($"{Path("fairlead.yaml")}: FL1002: This is a folder. Give the path of the manifest in it.");
    }

    [Fact]
    public void A_model_in_the_place_of_the_manifest_is_a_problem()
    {
        File.WriteAllBytes(Path("penguins.onnx"), [8, 3]);

        ManifestReader.ReadFile(Path("penguins.onnx"), null).Problems.ShouldHaveSingleItem().Hint.ShouldContain("fairlead init");
    }

    [Fact]
    public void A_file_that_cannot_be_opened_is_a_problem()
    {
        // Permissions do not stop root; a name that is too long stops everyone.
        var problem = ManifestReader.ReadFile(Path(new string('a', 300)), null).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL1002");
        problem.Message.ShouldStartWith("The file cannot be read: ");
    }

    [Fact]
    public void A_file_below_a_file_is_not_found()
    {
        File.WriteAllText(Path("plain"), "");

        ManifestReader.ReadFile(Path("plain/fairlead.yaml"), null).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL1001");
    }

    [Fact]
    public void A_file_that_is_not_UTF8_is_a_problem_with_its_line()
    {
        File.WriteAllBytes(Path("fairlead.yaml"), [.. Encoding.UTF8.GetBytes("name: penguins\nversion: "), 0xC3, 0x28]);

        var problem = ManifestReader.ReadFile(Path("fairlead.yaml"), null).Problems.ShouldHaveSingleItem();
        problem.Code.ShouldBe("FL1002");
        problem.At!.Line.ShouldBe(2);
    }

    [Fact]
    public void A_file_of_more_than_256_KiB_is_a_problem()
    {
        File.WriteAllText(Path("fairlead.yaml"), new string('#', (256 << 10) + 1));

        ManifestReader.ReadFile(Path("fairlead.yaml"), null).Problems.ShouldHaveSingleItem().Message.ShouldContain("256 KiB");
    }

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_accepted()
    {
        File.WriteAllText(Path("fairlead.yaml"), "\uFEFF" + Good.ReplaceLineEndings("\r\n"), Encoding.UTF8);

        ManifestReader.ReadFile(Path("fairlead.yaml"), null).Value.Version.ShouldBe("1.4.0");
    }
}
