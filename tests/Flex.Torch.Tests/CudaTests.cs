namespace Flex.Torch.Tests;

/// <summary>What is about GPUs, seen from the processor: it is refused in words and changes nothing here. <c>flex doctor --device cuda</c> is the check on a GPU.</summary>
public sealed class CudaTests
{
    [Fact]
    public void Graphs_and_memory_of_a_gate_without_CUDA_are_refused_in_words()
    {
        if (Engine.CudaDevices == 0)
        {
            Assert.Contains("CUDA", Assert.Throws<TorchException>(() => CudaGraph.Record(Device.Cpu, () => { })).Message, StringComparison.Ordinal);
            Assert.Contains("CUDA", Assert.Throws<TorchException>(() => Engine.PeakMemory(Device.Cpu)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(Engine.CudaDevices > 0, Engine.CudaDevices > 0 && Engine.HasCudaKernels);
    }

    [Fact]
    public void Autocast_nests_and_leaves_the_processor_alone()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([1.001f, 2.003f, 3.007f, 4.009f], 2, 2);
        var exact = x.MatMul(x).ToArray<float>();
        using (Autocast.When(true))
        {
            Assert.Equal(exact, x.MatMul(x).ToArray<float>());
            using (var suspended = Autocast.Suspend())
            {
                Assert.True(suspended.WasOn);
                using var again = Autocast.When(true);
                Assert.False(again.WasOn);
            }

            using var inner = Autocast.Suspend();
            Assert.True(inner.WasOn);
        }

        using var outside = Autocast.Suspend();
        Assert.False(outside.WasOn);
    }

    [Fact]
    public void A_precision_of_GPUs_changes_nothing_on_the_processor()
    {
        using var scope = new TensorScope();
        var x = Tensor.From<float>([1.001f, 2.003f, 3.007f, 4.009f], 2, 2);
        var exact = x.MatMul(x).ToArray<float>();
        Engine.AllowTf32(true);
        Assert.Equal(exact, x.MatMul(x).ToArray<float>());
        Engine.AllowTf32(false);
    }
}
