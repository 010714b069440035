using System.Net;
using System.Text;
using System.Text.Json;
using Fairlead.Testing.Load;
using Fairlead.Testing.Programs;

namespace Fairlead.Testing.Examples;

/// <summary>Requests to the penguins example with the answer that they must get.</summary>
public static class PenguinRequests
{
    // Heavy, with a shallow bill: a Gentoo beyond doubt.
    private const string Gentoo =
        """{"inputs":[{"name":"bill_length_mm","datatype":"FP32","shape":[1,1],"data":[50.0]},{"name":"bill_depth_mm","datatype":"FP32","shape":[1,1],"data":[15.2]},{"name":"flipper_length_mm","datatype":"FP32","shape":[1,1],"data":[218]},{"name":"body_mass_g","datatype":"FP32","shape":[1,1],"data":[5700]}]}""";

    private const int GentooClass = 2;

    public static HttpRequestMessage Request(Uri gateway) =>
        new(HttpMethod.Post, new Uri(gateway, "v2/models/penguins/infer")) { Content = new StringContent(Gentoo, Encoding.UTF8, "application/json") };

    public static async Task<bool> IsRightAsync(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK) return false;
        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync().ConfigureAwait(false));
        var species = body.RootElement.GetProperty("outputs").EnumerateArray().First(o => o.GetProperty("name").GetString() == "species");
        return species.GetProperty("data")[0].GetInt32() == GentooClass;
    }

    /// <summary>Whether one request, on a connection of its own, gets the right answer.</summary>
    public static Task<bool> AnswersAsync(FairleadHomeUnderTest home) => AnswersAsync(home.Gateway);

    /// <inheritdoc cref="AnswersAsync(FairleadHomeUnderTest)"/>
    public static async Task<bool> AnswersAsync(Uri server)
    {
        using var client = new HttpClient();
        try
        {
            using var request = Request(server);
            using var response = await client.SendAsync(request).ConfigureAwait(false);
            return await IsRightAsync(response).ConfigureAwait(false);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Starts asking at a constant rate.</summary>
    public static ConstantLoad Load(FairleadHomeUnderTest home, int perSecond = 200)
    {
        var load = new ConstantLoad(perSecond, () => Request(home.Gateway), IsRightAsync);
        load.Start();
        return load;
    }
}
