using Fairlead.Packaging.Checks;
using Fairlead.Packaging.Tests.Building;
using Fairlead.Testing.Skipping;

namespace Fairlead.Packaging.Tests.Checks;

public sealed class ServedCheckTests(ImageFactory images) : IClassFixture<ImageFactory>
{
    [Fact]
    public async Task AnImagesOwnFilesAnswerTheGoldenRequests() =>
        (await CheckAsync(await UnpackAsync())).Value.ShouldBe(8);

    [FactWhereRoot]
    public async Task AnImageWithoutItsLoaderDoesNotPassForThisMachineHasOne()
    {
        var root = await UnpackAsync();
        File.Delete(Path.Combine(root, "lib64/ld-linux-x86-64.so.2"));

        (await CheckAsync(root)).Problems.ShouldHaveSingleItem().Code.ShouldBe("FL2315");
    }

    [FactWhereRoot]
    public async Task AnImageWithoutALibraryDoesNotPassForThisMachineHasIt()
    {
        var root = await UnpackAsync();
        File.Delete(Path.Combine(root, "lib/x86_64-linux-gnu/libstdc++.so.6"));

        var problem = (await CheckAsync(root)).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2315");
        problem.Message.ShouldContain("libstdc++.so.6");
    }

    [Fact]
    public async Task AModelThatIsRefusedIsToldWithItsReason()
    {
        var root = await UnpackAsync();
        File.WriteAllText(Path.Combine(root, "model/penguins.onnx"), "hello");

        var problem = (await CheckAsync(root)).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2314");
        problem.Message.ShouldContain("penguins.onnx");
    }

    private async Task<string> UnpackAsync()
    {
        var root = await images.UnpackAsync(await images.BuildAsync(images.CopyOfPenguins()));
        File.SetUnixFileMode(root, (UnixFileMode)0b111_101_101);
        return root;
    }

    private static Task<Core.Results.Result<int>> CheckAsync(string root) => new ServedCheck(root, [], TimeProvider.System).RunAsync(CancellationToken.None);
}
