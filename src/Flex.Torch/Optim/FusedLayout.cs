namespace Flex.Torch.Optim;

/// <summary>Tells where an update may run as one loop over memory, in the gate, in place of a chain of tensor operators.</summary>
internal static class FusedLayout
{
    /// <summary>
    /// Whether a parameter and its gradient are float32 in one device's memory, for which the gate has loops, with their elements in the same
    /// order. Moments are made like their parameter, so they follow it.
    /// </summary>
    public static bool Fits(Tensor parameter, Tensor gradient) =>
        parameter.DType == ScalarType.Float32 && gradient.DType == ScalarType.Float32
        && (parameter.Device.Type == DeviceType.Cpu || Engine.HasCudaKernels)
        && SameOrder(parameter.Shape, parameter.Strides, gradient.Strides);

    // The stride of a dimension of size 1 means nothing.
    private static bool SameOrder(long[] shape, long[] a, long[] b)
    {
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] != 1 && a[i] != b[i])
            {
                return false;
            }
        }

        return true;
    }
}
