using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Fairlead.Testing.Registries;

/// <summary>A private certificate authority with one certificate for 127.0.0.1, as files, made for a test.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fairlead-ca-");

    public TestAuthority(string host = "127.0.0.1")
    {
        var (from, to) = (TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=test authority", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        using var root = rootRequest.CreateSelfSigned(from, to);

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={host}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(root, from, to, [1, 2, 3, 4]);

        RootFile = Write("ca.crt", root.ExportCertificatePem());
        Certificate = Write("server.pem", certificate.ExportCertificatePem());
        Key = Write("server-key.pem", key.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>Holds <c>ca.crt</c>, the name that skopeo's <c>--cert-dir</c> looks for.</summary>
    public string Folder => _folder.FullName;

    public string RootFile { get; }

    public string Certificate { get; }

    public string Key { get; }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
