namespace Flex.Torch;

/// <summary>How a network forms its products; weights and their gradients stay float32.</summary>
public enum Precision
{
    /// <summary>Single precision, the reference's.</summary>
    Float32,

    /// <summary>On a GPU the factors of products are rounded to ten bits of mantissa, sums are float32; on a processor the same as float32.</summary>
    Tf32,

    /// <summary>
    /// bfloat16. On a processor with avx512_bf16 the factors of the wide convolutions are rounded to it; on a GPU all that passes between layers is,
    /// except in the first and the last one, and sums and normalisation are float32.
    /// </summary>
    Bf16,
}
