using System.Text;
using Fairlead.Cli.Prediction;

namespace Fairlead.Cli.Tests.Prediction;

public sealed class InferRequestTests
{
    [Theory]
    [InlineData("FP32", "-1,3", "X=1,2.5,-3e2", """{"inputs":[{"name":"X","datatype":"FP32","shape":[1,3],"data":[1,2.5,-300]}]}""")]
    [InlineData("FP32", "-1,3", "1,2,3", """{"inputs":[{"name":"X","datatype":"FP32","shape":[1,3],"data":[1,2,3]}]}""")]
    [InlineData("INT64", "-1,2", "X=1,2,3,4", """{"inputs":[{"name":"X","datatype":"INT64","shape":[2,2],"data":[1,2,3,4]}]}""")]
    [InlineData("BYTES", "-1,1", "X=größer", """{"inputs":[{"name":"X","datatype":"BYTES","shape":[1,1],"data":["größer"]}]}""")]
    [InlineData("BOOL", "2", "X=true,0", """{"inputs":[{"name":"X","datatype":"BOOL","shape":[2],"data":[true,false]}]}""")]
    [InlineData("UINT8", "-1", "X=255,3.0", """{"inputs":[{"name":"X","datatype":"UINT8","shape":[2],"data":[255,3]}]}""")]
    public void Inline_IsShapedByTheModel(string datatype, string shape, string input, string expected)
    {
        var model = Model(new TensorMetadata("X", datatype, [.. shape.Split(',').Select(long.Parse)]));

        Encoding.UTF8.GetString(InferRequest.FromInline([input], model).Value).ShouldBe(expected);
    }

    [Theory]
    [InlineData("FP32", "-1,3", "Y=1", "FL6133: The model has no input 'Y'.")]
    [InlineData("FP32", "1,3", "X=1,2", "FL6135: 2 values do not fill input 'X', whose shape is [1,3].")]
    [InlineData("UINT8", "-1", "X=256", "FL6132: input 'X', value 1: '256' is no UINT8.")]
    [InlineData("INT32", "-1", "X=1,2.5", "FL6132: input 'X', value 2: '2.5' is no INT32.")]
    [InlineData("FP32", "-1", "X=NaN", "FL6132: input 'X', value 1: 'NaN' is no FP32.")]
    [InlineData("FP32", "-1", "X=", "FL6132: input 'X', value 1 is empty, and the model takes FP32 there.")]
    public void Inline_Wrong_SaysWhere(string datatype, string shape, string input, string problem)
    {
        var model = Model(new TensorMetadata("X", datatype, [.. shape.Split(',').Select(long.Parse)]));

        InferRequest.FromInline([input], model).Problems.Single().ToString().ShouldStartWith(problem);
    }

    [Fact]
    public void Row_FillsEveryInputAndNamesTheEmptyColumn()
    {
        TensorMetadata age = new("age", "FP32", [-1, 1]), sex = new("sex", "BYTES", [-1, 1]);
        InputColumns[] columns = [new(age, [1]), new(sex, [0])];

        Encoding.UTF8.GetString(InferRequest.FromRow(["male", "22"], 1, ["sex", "age"], columns).Value)
            .ShouldBe("""{"inputs":[{"name":"age","datatype":"FP32","shape":[1,1],"data":[22]},{"name":"sex","datatype":"BYTES","shape":[1,1],"data":["male"]}]}""");
        InferRequest.FromRow(["male", ""], 7, ["sex", "age"], columns).Problems.Single().Message.ShouldBe("row 7, column 'age' is empty, and the model takes FP32 there.");
    }

    private static ModelMetadata Model(params TensorMetadata[] inputs) => new("m", inputs, [], new Dictionary<string, IReadOnlyList<string>>());
}
