namespace Fairlead.Examples.Tests.Python;

/// <summary>A test that needs <c>python3</c>; skipped, visibly, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        if (!PythonService.Available) Skip = "python3 is not on the PATH.";
    }
}

/// <inheritdoc cref="PythonFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute()
    {
        if (!PythonService.Available) Skip = "python3 is not on the PATH.";
    }
}
