using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Fairlead.Examples.Tests.Python;

public sealed class CustomPythonTests : IDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromSeconds(30));

    public void Dispose() => _deadline.Dispose();

    [PythonFact]
    public async Task TheScriptCompiles()
    {
        using var python = Process.Start("python3", ["-B", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", PythonService.Script]);

        await python.WaitForExitAsync(_deadline.Token);

        python.ExitCode.ShouldBe(0);
    }

    [PythonFact]
    public async Task ItsAnswersAreThoseOfThePenguinsModel()
    {
        await using var service = await PythonService.StartAsync(drainSeconds: 5, _deadline.Token);
        (await service.HealthAsync(_deadline.Token)).ShouldBe(HttpStatusCode.OK);
        var file = GoldenCases.Read("penguins");

        foreach (var golden in file.Cases)
        {
            var inputs = golden.Inputs;
            var penguins = new JsonArray([.. Enumerable.Range(0, inputs[0].Data.Length).Select(row => (JsonNode)new JsonObject(
                inputs.Select(i => KeyValuePair.Create(i.Name, (JsonNode?)JsonValue.Create(i.Data[row])))))]);
            var (status, answer) = await PostAsync(service, new JsonObject { ["penguins"] = penguins }.ToJsonString());

            status.ShouldBe(HttpStatusCode.OK);
            var probabilities = answer["predictions"]!.AsArray().SelectMany(p => p!["probabilities"]!.AsObject().Select(x => x.Value!.GetValue<double>())).ToArray();
            probabilities.Zip(golden.Outputs[1].Data).ShouldAllBe(p => Math.Abs(p.First - p.Second) <= file.Tolerance);
        }
    }

    [PythonTheory]
    [InlineData("not JSON", "{\"penguins\": [")]
    [InlineData("not an object", "[1]")]
    [InlineData("rows that are no objects", "{\"penguins\": [3]}")]
    [InlineData("a missing measurement", "{\"penguins\": [{\"bill_length_mm\": 1}]}")]
    [InlineData("a text for a number", "{\"penguins\": [{\"bill_length_mm\": \"1\"}]}")]
    [InlineData("NaN", "{\"penguins\": [{\"bill_length_mm\": NaN}]}")]
    public async Task WrongInput_IsAnswered400AndTheNextRequestIsServed(string what, string body)
    {
        await using var service = await PythonService.StartAsync(drainSeconds: 5, _deadline.Token);

        var (status, answer) = await PostAsync(service, body);

        status.ShouldBe(HttpStatusCode.BadRequest, what);
        answer["error"]!.GetValue<string>().ShouldNotBeEmpty();
        (await service.HealthAsync(_deadline.Token)).ShouldBe(HttpStatusCode.OK);
    }

    [PythonFact]
    public async Task ALargeBodyAndAnUnknownPath_AreRefused()
    {
        await using var service = await PythonService.StartAsync(drainSeconds: 5, _deadline.Token);

        (await PostAsync(service, new string(' ', (1 << 20) + 1))).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var answer = await service.Client.GetAsync(new Uri("/nothing", UriKind.Relative), _deadline.Token);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [PythonFact]
    public async Task Sigterm_RequestInFlight_IsAnsweredBeforeTheServiceEnds()
    {
        await using var service = await PythonService.StartAsync(drainSeconds: 10, _deadline.Token);
        using var request = await HalfRequest.OpenAsync(service.Port, "{\"penguins\": ", "[]}", _deadline.Token);

        await service.TerminateAsync(_deadline.Token);
        while (await service.HealthAsync(_deadline.Token) != HttpStatusCode.ServiceUnavailable) await Task.Yield();
        var answer = await request.FinishAsync(_deadline.Token);

        answer.ShouldStartWith("HTTP/1.1 200 ");
        answer.ShouldContain("\"predictions\": []");
        (await service.ExitCodeAsync(_deadline.Token)).ShouldBe(0);
    }

    [PythonFact]
    public async Task Sigterm_RequestThatNeverEnds_IsGivenUpAtTheDrainDeadline()
    {
        await using var service = await PythonService.StartAsync(drainSeconds: 1, _deadline.Token);
        using var request = await HalfRequest.OpenAsync(service.Port, "{\"penguins\": ", "[]}", _deadline.Token);

        await service.TerminateAsync(_deadline.Token);

        (await service.ExitCodeAsync(_deadline.Token)).ShouldBe(1);
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(PythonService service, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        content.Headers.ContentLength.ShouldNotBeNull();
        using var message = new HttpRequestMessage(HttpMethod.Post, "/predict") { Content = content };
        message.Headers.ExpectContinue = true;
        using var answer = await service.Client.SendAsync(message, _deadline.Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(_deadline.Token))!);
    }
}
