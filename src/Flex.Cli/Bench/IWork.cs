using Flex.Torch;

namespace Flex.Cli.Bench;

/// <summary>A piece of work that can be done again and again.</summary>
public interface IWork : IDisposable
{
    /// <summary>Floating-point operations of one run, as the definitions of convolution and matrix product have them.</summary>
    double Flops { get; }

    /// <summary>Where it is done.</summary>
    Device Device { get; }

    /// <summary>Does the work once, to its end.</summary>
    void Run();
}
