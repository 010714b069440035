using Fairlead.Api.Client;
using Fairlead.Core.Homes;

namespace Fairlead.Api.Tests.Client;

public sealed class ControllerAddressTests : IDisposable
{
    private readonly FairleadHome _home = new(Directory.CreateTempSubdirectory("fairlead-api-").FullName);

    public void Dispose() => Directory.Delete(_home.Root, recursive: true);

    [Fact]
    public void Find_RecordAndToken_GivesBoth()
    {
        Write("""{"pid":12,"start_time":3,"api":"127.0.0.1:7171","gateway":"127.0.0.1:8080","started":"up"}""", "secret\n");

        ControllerAddress.Find(_home).Value.ShouldBe(new ControllerAddress(new Uri("http://127.0.0.1:7171"), "secret", 12));
    }

    [Fact]
    public void Find_EmptyHome_NothingRuns() => ControllerAddress.Find(_home).Problems.Single().Code.ShouldBe("FL6001");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"pid\":1}")]
    [InlineData("{\"api\":7}")]
    public void Find_DamagedRecord_NamesTheFile(string record)
    {
        Write(record, "secret");

        var problem = ControllerAddress.Find(_home).Problems.Single();

        problem.Code.ShouldBe("FL6006");
        problem.Message.ShouldContain(_home.ControllerFile);
    }

    private void Write(string record, string token)
    {
        Directory.CreateDirectory(_home.Run);
        File.WriteAllText(_home.ControllerFile, record);
        File.WriteAllText(_home.TokenFile, token);
    }
}
