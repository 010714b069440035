using System.ComponentModel;
using System.Reflection;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Fairlead.Testing.Skipping;

/// <summary>A test that classes inherit. One whose class says that it cannot run here is skipped, visibly, with the class's reason.</summary>
[AttributeUsage(AttributeTargets.Method)]
[XunitTestCaseDiscoverer("Fairlead.Testing.Skipping.ContractFactDiscoverer", "Fairlead.Testing")]
public sealed class ContractFactAttribute : FactAttribute;

/// <summary>On a test class: why its tests cannot run here.</summary>
[AttributeUsage(AttributeTargets.Class)]
public abstract class SkippedAttribute : Attribute
{
    /// <summary>Null when they can.</summary>
    public abstract string? Reason { get; }
}

public sealed class ContractFactDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    public IEnumerable<IXunitTestCase> Discover(ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute) =>
        [new ContractTestCase(messages, discoveryOptions.MethodDisplayOrDefault(), discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
}

public sealed class ContractTestCase : XunitTestCase
{
    [Obsolete("For the runner, which makes it again from what it wrote down.")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ContractTestCase()
    {
    }

    public ContractTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    protected override string? GetSkipReason(IAttributeInfo factAttribute) =>
        TestMethod.TestClass.Class.ToRuntimeType().GetCustomAttribute<SkippedAttribute>()?.Reason ?? base.GetSkipReason(factAttribute);
}
