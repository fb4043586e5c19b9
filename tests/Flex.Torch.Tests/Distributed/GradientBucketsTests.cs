using Flex.Torch.Distributed;
using Flex.Torch.Tests.Support;

namespace Flex.Torch.Tests.Distributed;

public sealed class GradientBucketsTests
{
    // Buckets of all parameters, of some, of one each.
    [Theory]
    [InlineData(2, 1 << 20)]
    [InlineData(3, 40)]
    [InlineData(3, 1)]
    public void Gradients_are_added_up_over_backward_passes_and_ranks(int size, long bucketBytes)
    {
        var answers = Ranks.Run(size, group =>
        {
            using var scope = new TensorScope();
            var parameters = Parameters();
            using var buckets = new GradientBuckets(group, parameters, bucketBytes);
            var found = new List<float[]?[]>();
            for (var step = 0; step < 2; step++)
            {
                parameters.ForEach(parameter => parameter.Grad = null);
                Loss(parameters, group.Rank, 1).Backward();
                buckets.Begin();
                Loss(parameters, group.Rank, 2 + step).Backward();
                buckets.Finish();
                found.Add([.. parameters.Select(parameter => parameter.Grad?.ToArray<float>())]);
            }

            return found;
        });

        using var all = new TensorScope();
        for (var step = 0; step < 2; step++)
        {
            var parameters = Parameters();
            for (var rank = 0; rank < size; rank++)
            {
                Loss(parameters, rank, 1).Backward();
                Loss(parameters, rank, 2 + step).Backward();
            }

            var whole = parameters.Select(parameter => parameter.Grad?.ToArray<float>()).ToList();
            Assert.Null(whole[2]);
            foreach (var answer in answers)
            {
                var found = Assert.IsType<List<float[]?[]>>(answer)[step];
                Assert.Null(found[2]);
                Assert.All([0, 1, 3], i => Assert.Equal(whole[i]!, found[i]!, (a, b) => Math.Abs(a - b) <= 1e-5 * Math.Abs(a)));
                Assert.Equal(Assert.IsType<List<float[]?[]>>(answers[0])[step], found);
            }
        }
    }

    // The third is used by nobody, the last by the last rank alone; the second one's memory is not in the order of its dimensions.
    private static List<Tensor> Parameters()
    {
        var parameters = new List<Tensor>
        {
            Tensor.From<float>([1, 2, 3, 4], 4),
            Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3).Transpose(0, 1),
            Tensor.From<float>([1, 2], 2),
            Tensor.From<float>([3], 1),
        };
        parameters.ForEach(parameter => parameter.RequiresGrad = true);
        return parameters;
    }

    private static Tensor Loss(List<Tensor> parameters, int rank, double factor)
    {
        var loss = (parameters[0].Square().Sum() * (rank + 0.3)) + (parameters[1].Square() * Tensor.From<float>([1, 2], 1, 2)).Sum();
        return (rank == 1 ? loss + parameters[3].Square().Sum() : loss) * factor;
    }
}
