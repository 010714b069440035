using System.Security.Cryptography;
using System.Text;
using Fairlead.Core.Identity;
using Fairlead.Core.Manifests;
using Fairlead.Core.Results;
using Fairlead.Packaging.Secrets;

namespace Fairlead.Packaging.Tests.Secrets;

/// <summary>Every secret here is made for the test, and put together at run time so that no scanner takes this file for a leak.</summary>
public sealed class SecretSearchTests : IDisposable
{
    private const string Letters36 = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6";
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    public static TheoryData<string, string> Secrets => new()
    {
        { "a private key", Pem("PRIVATE KEY") },
        { "a private key", Pem("RSA PRIVATE KEY") },
        { "a private key", Pem("OPENSSH PRIVATE KEY") },
        { "a private key", Pem("ENCRYPTED PRIVATE KEY") },
        { "a private key", Pem("PGP PRIVATE KEY BLOCK") },
        { "a private key", Pem("EC PRIVATE KEY").Replace("KEY-----\n", "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n", StringComparison.Ordinal) },
        { "a private key", $$"""{"tls": "{{Pem("PRIVATE KEY").Replace("\n", "\\n", StringComparison.Ordinal)}}"}""" },
        { "the key of a Google Cloud service account", $$"""{"type": "service_account", "private_key": "{{Pem("PRIVATE KEY").Replace("\n", "\\n", StringComparison.Ordinal)}}"}""" },
        { "an AWS access key", "key = AKIA" + "Q3EGRIZ7TULQMN2B" },
        { "an AWS secret access key", "aws_secret_access_key" + " = " + Letters36 + "+/Ab" },
        { "the key of an Azure account", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + Letters36 + Letters36 + "+/ABCDEF==;EndpointSuffix=core" },
        { "a Google API key", "AIza" + Letters36[..35] },
        { "a GitHub token", "token: ghp_" + Letters36 },
        { "a GitHub token", "github_pat_" + Letters36 + "_" + Letters36 },
        { "a GitLab token", "glpat-" + Letters36[..20] },
        { "a Slack token", "xoxb-" + "123456789012-1234567890123-" + Letters36[..24] },
        { "a Hugging Face token", "HF_TOKEN=hf_" + Letters36[..34] },
        { "an OpenAI key", "sk-proj-" + Letters36 + Letters36 },
        { "an Anthropic key", "sk-ant-" + "api03-" + Letters36 },
        { "a Stripe key", "sk_live_" + Letters36[..24] },
        { "an npm token", "//registry.example.com/:_authToken=" + Letters36 },
        { "a PyPI token", "pypi-AgEI" + Letters36 + Letters36 },
        { "credentials of a container registry", """{"auths": {"registry.example.com": {"auth": "dXNlcjpwYXNzd29yZA=="}}}""" },
        { "a private key of a kubeconfig", "client-key-data: " + Letters36 + Letters36 },
        { "a JSON web token", "Authorization: Bearer " + Jwt() },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public void EveryKindIsFoundInTextAndNeverRepeated(string kind, string secret)
    {
        _place.Write("config/app.txt", $"# first line\n{secret}\n");

        var problem = Search().Problems.ShouldHaveSingleItem();

        problem.Code.ShouldBe("FL2320");
        problem.Message.ShouldBe($"'config/app.txt' holds {kind} in line 2.");
        problem.At!.Line.ShouldBe(2);
        problem.ToString().ShouldNotContain("aB3dE6");
        problem.ToString().ShouldNotContain("MIIE");
    }

    [Theory]
    [MemberData(nameof(Secrets))]
    public void EveryKindIsFoundAcrossTheEdgeOfABlock(string kind, string secret)
    {
        // The secret begins at each of the places around the end of a block, with binary data before and after.
        var scanner = new SecretScanner(SecretRules.All);
        foreach (var before in new[] { (256 << 10) - 5000, (256 << 10) - secret.Length + 1, (256 << 10) - 4, 256 << 10, (256 << 10) + 1 })
        {
            var filler = new byte[before];
            Array.Fill(filler, (byte)0xF0);
            using var stream = new MemoryStream([.. filler, .. Encoding.UTF8.GetBytes(secret), .. new byte[100_000]]);

            scanner.Scan(stream, long.MaxValue, default).ShouldHaveSingleItem($"{secret.Length} characters at {before}").Kind.ShouldBe(kind);
        }
    }

    public static TheoryData<string, string> NoSecrets => new()
    {
        { "a certificate", Pem("CERTIFICATE") },
        { "a public key", Pem("PUBLIC KEY") },
        { "a program that looks for keys", """if (text.Contains("-----BEGIN PRIVATE KEY-----")) Refuse("-----BEGIN RSA PRIVATE KEY-----");""" },
        { "a table of a library's texts", "-----BEGIN PRIVATE KEY-----\0AVeryLongNameOfAFunctionThatFollowsInTheSameTableOfTexts\0" },
        { "the documentation's access key", "AKIA" + "IOSFODNN7EXAMPLE" },
        { "a placeholder", "ghp_" + new string('x', 36) },
        { "a sequence of amino acids", "MKTAYAKIAKQRQISFVKSHFSRQLEERLGLIEVQAPILSRVGDGTQDNLSGAEKAVQ" },
        { "a word that ends like a token's prefix", "half_" + Letters36 },
        { "JSON in base64 that is no web token", "eyJ" + Letters36 + "." + Letters36 + "." + Letters36 },
        { "a setting with a telling name", "\"auth\": \"authentication\", password: changeit, api_key: ${API_KEY}" },
    };

    [Theory]
    [MemberData(nameof(NoSecrets))]
    public void WhatOnlyLooksLikeOneIsLeftAlone(string what, string text)
    {
        _place.Write("notes.txt", text);

        Search().Problems.ShouldBeEmpty(what);
    }

    [Fact]
    public void RandomWeightsAreLeftAlone()
    {
        var weights = new byte[32 << 20];
        new Random(17).NextBytes(weights);
        _place.Write("model.bin", weights);

        Search("model.bin").Problems.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".env", "an environment file")]
    [InlineData("conf/.env.production", "an environment file")]
    [InlineData(".netrc", "a file of passwords")]
    [InlineData(".aws/credentials", "a file of AWS credentials")]
    [InlineData("certs/server.p12", "a key store")]
    public void FilesThatHoldSecretsByTheirNameAreFound(string path, string kind)
    {
        _place.Write(path, "A=1\n");

        Search().Problems.ShouldHaveSingleItem().Message.ShouldBe($"'{path}' is {kind}.");
    }

    [Theory]
    [InlineData(".env.example")]
    [InlineData("credentials")]
    [InlineData("env")]
    public void FilesWithOnlyASimilarNameAreNot(string path)
    {
        _place.Write(path, "A=1\n");

        Search().Problems.ShouldBeEmpty();
    }

    [Fact]
    public void EveryFindingIsToldAtOnce()
    {
        _place.Write(".env", "A=1\n");
        _place.Write("a.txt", $"ghp_{Letters36}\n{Pem("PRIVATE KEY")}");
        _place.Write("b/c.txt", "glpat-" + Letters36[..20]);

        Search().Problems.Select(p => p.At!.ToString()).ShouldBe([".env", "a.txt:1", "a.txt:2", "b/c.txt:1"]);
    }

    [Fact]
    public void AnAllowedFileIsLeftAloneAndNoOther()
    {
        _place.Write("tests/key.pem", Pem("PRIVATE KEY"));
        _place.Write("key.pem", Pem("PRIVATE KEY"));

        Search(new ImageSpec(AllowSecrets: ["./tests/key.pem"])).Problems.ShouldHaveSingleItem().Message.ShouldStartWith("'key.pem' ");
    }

    [Fact]
    public void TheValueOfASecretOfTheManifestIsFoundWhateverItsForm()
    {
        _place.Write("thresholds.json", """{"key": "Schönbrunn-42"}""");

        var problem = SecretSearch.Run(Of(new ImageSpec(), "API_KEY", "SHORT"), _place.Folder, _place.Home, [], name => name == "API_KEY" ? "Schönbrunn-42" : "key", default)
            .Problems.ShouldHaveSingleItem();

        problem.Message.ShouldBe("'thresholds.json' holds the value of the secret API_KEY in line 1.");
    }

    [Fact]
    public void WhatGoesIntoTheImageIsReadToItsEnd()
    {
        var file = Path.Combine(_place.Folder, "model.bin");
        using (var stream = File.Create(file))
        {
            stream.SetLength(40 << 20);
            stream.Seek(0, SeekOrigin.End);
            stream.Write(Encoding.ASCII.GetBytes("ghp_" + Letters36));
        }

        Search("model.bin").Problems.ShouldHaveSingleItem();
        Search().Problems.ShouldBeEmpty("beside the image only the beginning of large files is read");
    }

    [Fact]
    public void FoldersThatAreNeverPackedAreNotRead()
    {
        foreach (var folder in new[] { ".git", "node_modules", ".venv", "__pycache__" }) _place.Write($"{folder}/key.pem", Pem("PRIVATE KEY"));

        Search().Problems.ShouldBeEmpty();
    }

    private Result<Done> Search(params string[] inImage) => SecretSearch.Run(Of(new ImageSpec()), _place.Folder, _place.Home, inImage, _ => null, default);

    private Result<Done> Search(ImageSpec image) => SecretSearch.Run(Of(image), _place.Folder, _place.Home, [], _ => null, default);

    private static Manifest Of(ImageSpec image, params string[] secrets) =>
        new() { Name = DeploymentName.Parse("a"), Version = "1", Model = new ModelSpec { File = "m.onnx" }, Image = image, Secrets = secrets };

    private static string Pem(string label) => $"-----BEGIN {label}-----\nMIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n-----END {label}-----\n";

    private static string Jwt()
    {
        static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        var body = $"{Part("""{"alg":"HS256","typ":"JWT"}""")}.{Part("""{"sub":"1234567890","name":"a"}""")}";
        return $"{body}.{Convert.ToBase64String(HMACSHA256.HashData("key"u8, Encoding.ASCII.GetBytes(body))).TrimEnd('=').Replace('+', '-').Replace('/', '_')}";
    }
}
