namespace Fairlead.Onnx.Tests;

internal static class Failures
{
    public static void ShouldBe(this OnnxException exception, OnnxFailure failure, string words)
    {
        exception.Failure.ShouldBe(failure, exception.Message);
        exception.Message.ShouldContain(words);
        exception.Remedy.ShouldNotBeEmpty();
    }
}
