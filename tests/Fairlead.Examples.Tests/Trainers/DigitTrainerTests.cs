using Digits.Train;
using Fairlead.Training.Files;
using Fairlead.Training.Samples;

namespace Fairlead.Examples.Tests.Trainers;

/// <summary>Training on all of the data takes half a minute; a small part of it shows the same here.</summary>
public sealed class DigitTrainerTests
{
    private static readonly Lazy<IReadOnlyList<Sample>> Samples = new(() => DigitData.Read(ExamplesFolder.Find()));

    [Fact]
    public void TheDataSetHasTenThousandPicturesOfTenDigits()
    {
        Samples.Value.Count.ShouldBe(10_000);
        Samples.Value.Select(s => s.Label).Distinct().ShouldBe(Enumerable.Range(0, 10));
        Samples.Value.ShouldAllBe(s => s.Values.Length == 784);
    }

    [Fact]
    public void TrainingTwiceOnTheSamePicturesGivesTheSameModel()
    {
        var few = Samples.Value.Where((_, i) => i % 100 == 0).ToArray();

        var (first, second) = (DigitModel.Train(few, _ => { }), DigitModel.Train(few, _ => { }));

        DigitGraph.Write(first).ShouldBe(DigitGraph.Write(second));
    }
}
