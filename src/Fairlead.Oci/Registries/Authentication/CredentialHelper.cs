using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Fairlead.Oci.Registries.Authentication;

/// <summary>A program that keeps credentials (docker/docker-credential-helpers, "Development"): <c>docker-credential-NAME get</c>.</summary>
internal static partial class CredentialHelper
{
    private const string NotFound = "credentials not found";

    // The user name that marks the secret as an identity token.
    private const string TokenUser = "<token>";

    // It may ask the user for a password of its own.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static async Task<RegistryCredentials?> GetAsync(string name, string key, CancellationToken cancellationToken)
    {
        if (!IsName().IsMatch(name)) throw new RegistryException(RegistryProblems.HelperFailed(name, "that is no name of a helper"));
        var program = $"docker-credential-{name}";
        using var process = Start(program);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        try
        {
            await process.StandardInput.WriteAsync(key.AsMemory(), limit.Token);
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0) return Read(program, output);
            var said = $"{output} {await errors}".Trim();
            return said.Contains(NotFound, StringComparison.OrdinalIgnoreCase) ? null : throw new RegistryException(RegistryProblems.HelperFailed(program, $"it ended with code {process.ExitCode}"));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RegistryException(RegistryProblems.HelperFailed(program, $"it did not answer within {Patience.TotalSeconds:0} s"));
        }
        catch (IOException)
        {
            // It ended without reading what it was asked.
            throw new RegistryException(RegistryProblems.HelperFailed(program, "it ended at once"));
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(string program)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, ["get"]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new RegistryException(RegistryProblems.HelperFailed(program, e.NativeErrorCode == 2 ? "it is not installed" : "it cannot be started"));
        }
    }

    // What the helper printed is never repeated: it is, or may be, the secret.
    private static RegistryCredentials? Read(string program, string output)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(output, HelperJson.Default.HelperAnswer);
            if (answer is not { Username: { Length: > 0 } user, Secret: { Length: > 0 } secret }) return null;
            return user == TokenUser ? new RegistryCredentials("", secret, IsIdentityToken: true, program) : new RegistryCredentials(user, secret, IsIdentityToken: false, program);
        }
        catch (JsonException)
        {
            throw new RegistryException(RegistryProblems.HelperFailed(program, "it did not print JSON"));
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_.-]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex IsName();
}

internal sealed record HelperAnswer(string? Username, string? Secret)
{
    public override string ToString() => "[REDACTED]";
}

[JsonSerializable(typeof(HelperAnswer))]
internal sealed partial class HelperJson : JsonSerializerContext;
