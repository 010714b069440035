using Fairlead.Core.Results;

namespace Fairlead.Cli.Bench;

/// <summary>What prevents a measurement.</summary>
internal static class BenchProblems
{
    public static Problem NoRequest(string model) =>
        new("FL6180", $"It is not known what to send to {model}: its inputs have no fixed size, or it is no model of the protocol.", "Give a request with --json FILE.");

    public static Problem NotAnswered(string target, string outcome) =>
        new("FL6181", $"{target} does not answer the request that is to be measured: {outcome}.", "Try the same request with 'fairlead predict NAME --json FILE'; 'fairlead why' says what is wrong with the deployment.");

    public static Problem BadRequest(string why) =>
        new("FL6182", $"The request cannot be sent by gRPC: {why}", "Give an infer request of the protocol in JSON, with name, datatype, shape and data of each input.");
}
