using MathNet.Numerics.LinearAlgebra;

namespace Flex.Diffusion.Calibration;

/// <summary>The greatest value of a concave function by Newton's method, in steps of bounded length.</summary>
internal static class NewtonMethod
{
    private const int MostIterations = 50;
    private const double LongestStep = 0.5, LeastStep = 1e-6;

    /// <summary>Climbs.</summary>
    /// <param name="start">Where from.</param>
    /// <param name="local">The gradient (score) and minus the matrix of second derivatives (information) at a point.</param>
    /// <returns>The place.</returns>
    public static Vector<double> Maximise(Vector<double> start, Func<Vector<double>, (Vector<double> Score, Matrix<double> Information)> local)
    {
        var (theta, step) = (start, double.PositiveInfinity);
        for (var iteration = 0; iteration < MostIterations && step > LeastStep; iteration++)
        {
            var (score, information) = local(theta);
            var change = information.Solve(score);
            step = change.AbsoluteMaximum();
            theta += change.Map(value => Math.Clamp(value, -LongestStep, LongestStep), Zeros.Include);
        }

        return theta;
    }
}
