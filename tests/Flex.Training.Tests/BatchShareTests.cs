namespace Flex.Training.Tests;

public sealed class BatchShareTests
{
    [Fact]
    public void The_samples_of_a_share_are_those_of_its_parts()
    {
        var share = new BatchShare(3, 4, 10);
        Assert.Equal(new BatchShare(3, 2, 5), share.Part(0, 5));
        Assert.Equal(new BatchShare(0, 2, 5), share.Part(5, 5));
        Assert.Equal(0, share.Part(8, 2).Count);
        Assert.Equal(0.4, share.Fraction);
    }
}
