using Xunit;

namespace Fairlead.Testing.Skipping;

/// <summary>A test that needs a program; skipped, visibly and with the way to install it, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWhereProgramAttribute : FactAttribute
{
    public FactWhereProgramAttribute(string program, string install)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
        if (!found) Skip = $"'{program}' is not installed: {install}";
    }
}

/// <summary>A test that needs root, for mounting a small or read-only file system.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWhereRootAttribute : FactAttribute
{
    public FactWhereRootAttribute()
    {
        if (Environment.UserName != "root") Skip = "Needs root to mount a file system: run the tests as root.";
    }
}
