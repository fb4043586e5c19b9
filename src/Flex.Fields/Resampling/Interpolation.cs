namespace Flex.Fields.Resampling;

/// <summary>How values between points are found.</summary>
public enum Interpolation
{
    /// <summary>Linear along each axis, from 2×2 points.</summary>
    Bilinear,

    /// <summary>
    /// Cubic convolution along each axis, from 4×4 points, with a = −0.75 as PyTorch has it. Unlike a = −0.5 it does not
    /// reproduce linear functions: a ramp of slope m is off by m·f(1−f)(1−2f)/2, at most 5 % of the coarse step.
    /// </summary>
    Bicubic,
}
