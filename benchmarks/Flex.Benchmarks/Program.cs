using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Flex.Benchmarks;

// Ranks are processes, which BenchmarkDotNet does not run side by side: benchmarks/ranks/reading.sh does.
if (args is ["reading", ..])
{
    ReadingRate.Run(args[1..]);
    return;
}

// In this process: the gate is found from here, and libtorch's threads are set up once.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args, config);
