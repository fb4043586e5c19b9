using Flex.Diffusion.Tiling;
using Flex.Torch;
using Flex.Torch.Distributed;
using Flex.Torch.Tests.Support;

namespace Flex.Diffusion.Tests.Tiling;

/// <summary>Several processes draw one field, each some rows of its tiles.</summary>
public sealed class SharedRowsTests
{
    private static readonly SamplingSettings Settings = new() { Members = 3, Batch = 3 };

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(3, false)]
    [InlineData(9, false)] // more than there are rows of tiles
    public void All_get_the_answer_of_one_bit_by_bit(int size, bool periodic)
    {
        var coarse = TinyModel.Coarse(10, 14, periodic, periodic);
        float[][] Draw(ProcessGroup? ranks)
        {
            using var model = TinyModel.Create(active: true);
            return new TiledSampler(model, Settings, Device.Cpu, ranks).SampleWhole(coarse, [500], frame: 1);
        }

        var alone = Draw(null);
        Assert.All(Ranks.Run(size, Draw), answer => Assert.Equal(alone, Assert.IsType<float[][]>(answer)));
    }

    [Fact]
    public void Each_samples_rows_of_its_own()
    {
        var answers = Ranks.Run(2, group =>
        {
            var own = new List<int>();
            var rows = new SharedRows(group, [4, 0, 1, 2, 3], row => [[own.Count, Add(own, row)]], () => [new float[2]]);
            return (own, string.Join(' ', new[] { 4, 2, 3 }.Select(row => $"{rows[row][0][1]}")));
        });
        Assert.Equal(
            [("4 1 3", "4 2 3"), ("0 2", "4 2 3")],
            answers.Select(answer => ((List<int> Own, string Got))answer).Select(answer => (string.Join(' ', answer.Own), answer.Got)));

        static int Add(List<int> own, int row)
        {
            own.Add(row);
            return row;
        }
    }

    [Fact]
    public void One_that_is_interrupted_ends_the_others()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        var answers = Ranks.Run(2, group =>
        {
            using var model = TinyModel.Create(active: true);
            return new TiledSampler(model, Settings, Device.Cpu, group)
                .SampleWhole(TinyModel.Coarse(10, 14, true, true), [500], frame: 1, group.Rank == 1 ? stop.Token : CancellationToken.None);
        });
        Assert.IsType<OperationCanceledException>(answers[1]);
        Assert.Contains("rank 1 of 2 ended: interrupted", Assert.IsType<RankLostException>(answers[0]).Message, StringComparison.Ordinal);
    }
}
