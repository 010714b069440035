using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Packaging.Content;

namespace Fairlead.Packaging.Tests.Content;

public sealed class ContentStoreTests : IDisposable
{
    private readonly Workplace _place = new();
    private readonly ContentStore _store;

    public ContentStoreTests() => _store = new ContentStore(_place.Home);

    public void Dispose() => _place.Dispose();

    [Fact]
    public void ContentThatIsThereIsUsedAsItIs()
    {
        var first = Add("a");
        var written = Directory.GetLastWriteTimeUtc(first.Folder);

        Add("a").ShouldBe(first);

        Directory.GetLastWriteTimeUtc(first.Folder).ShouldBe(written);
        Directory.GetDirectories(_place.Home.Content).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("a file is gone")]
    [InlineData("a file is shorter")]
    public void ContentThatIsDamagedIsStoredAnew(string damage)
    {
        var file = Path.Combine(Add("content").Folder, "file");
        File.Delete(file);
        if (damage.EndsWith("shorter", StringComparison.Ordinal)) File.WriteAllText(file, "con");

        Add("content");

        File.ReadAllText(file).ShouldBe("content");
        Directory.GetDirectories(_place.Home.Content).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ManyAtOnceEndWithOneFolder()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Add("same"))));

        all.Distinct().ShouldHaveSingleItem();
        Directory.GetDirectories(_place.Home.Content).ShouldHaveSingleItem();
    }

    [Fact]
    public void Prune_RemovesWhatIsNotKeptAndWhatDeadProcessesLeft()
    {
        var (kept, dropped) = (Add("kept"), Add("dropped"));
        var dead = Directory.CreateDirectory(Path.Combine(_place.Home.Content, $".tmp-{int.MaxValue}-x")).FullName;
        var mine = Directory.CreateDirectory(Path.Combine(_place.Home.Content, $".tmp-{Environment.ProcessId}-x")).FullName;

        _store.Prune(new HashSet<Digest> { kept.Digest }).ShouldBe([dropped.Digest]);

        Directory.Exists(kept.Folder).ShouldBeTrue();
        Directory.Exists(dropped.Folder).ShouldBeFalse();
        Directory.Exists(dead).ShouldBeFalse();
        Directory.Exists(mine).ShouldBeTrue();
    }

    [Fact]
    public void Prune_NoStoreYet_IsNothingToDo() => _store.Prune(new HashSet<Digest>()).ShouldBeEmpty();

    [Fact]
    public void AStoreThatCannotBeWrittenIsAProblem()
    {
        File.WriteAllText(_place.Home.Root, "a file where the home should be");

        var problem = _store.Add([Entry("a")]).Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2106");
        problem.Message.ShouldContain(_place.Home.Content);
    }

    [Fact]
    public void AFullDiskIsToldApartFromOneThatCannotBeWritten()
    {
        // The kernel's device that is always full gives the very error.
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.None, bufferSize: 0);
        var error = Should.Throw<IOException>(() => full.WriteByte(1));

        ContentStore.Translate(error, "store").Code.ShouldBe("FL2105");
        ContentStore.Translate(new UnauthorizedAccessException("no"), "store").Code.ShouldBe("FL2106");
    }

    private PackedContent Add(string text) => _store.Add([Entry(text)]).Value;

    private static ContentEntry.Written Entry(string text) => new("file", System.Text.Encoding.UTF8.GetBytes(text));
}
