namespace Flex.Cli.Bench;

/// <summary>A piece of work that can be done again and again.</summary>
public interface IWork : IDisposable
{
    /// <summary>Floating-point operations of one run, as the definitions of convolution and matrix product have them.</summary>
    double Flops { get; }

    /// <summary>Does the work once.</summary>
    void Run();
}
