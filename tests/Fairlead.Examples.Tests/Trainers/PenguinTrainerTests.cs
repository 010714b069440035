using Fairlead.Training.Files;
using Penguins.Train;

namespace Fairlead.Examples.Tests.Trainers;

public sealed class PenguinTrainerTests
{
    private static readonly string Folder = ExamplesFolder.Find();

    [Fact]
    public void EveryMeasuredPenguinIsRead()
    {
        var samples = PenguinData.Read(Folder);

        samples.Count.ShouldBe(342);
        samples.CountBy(s => s.Label).Select(c => c.Value).Order().ShouldBe([68, 123, 151]);
    }

    [Fact]
    public void TrainingTwiceGivesTheSameBytesAndTheyAreTheCommittedOnes()
    {
        var (first, second) = (PenguinExample.Build(Folder), PenguinExample.Build(Folder));

        foreach (var (path, bytes) in first.Contents)
        {
            second.Contents[path].ShouldBe(bytes, path);
            File.ReadAllBytes(Path.Combine(Folder, path)).SequenceEqual(bytes).ShouldBeTrue($"examples/{path} is not what the trainer writes: dotnet run -c Release --project examples/penguins/train");
        }
    }

    [Fact]
    public void TheReadmeSaysWhatTheTrainerPrints()
    {
        var readme = File.ReadAllText(Path.Combine(Folder, "penguins/README.md"));

        foreach (var line in PenguinExample.Build(Folder).Report) readme.ShouldContain(line);
    }
}
