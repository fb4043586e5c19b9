using Flex.Torch.Random;

namespace Flex.Torch.Tests.Random;

public class PhiloxTests
{
    // Known answers of the Random123 distribution (file kat_vectors, philox4x32 with 10 rounds): zeros, ones, digits of π.
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0UL, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(
        uint.MaxValue, uint.MaxValue, uint.MaxValue, uint.MaxValue, ulong.MaxValue,
        0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(
        0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822UL,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void Block_gives_the_published_answer(
        uint c0, uint c1, uint c2, uint c3, ulong key, uint w0, uint w1, uint w2, uint w3) =>
        Assert.Equal((w0, w1, w2, w3), Philox.Block((c0, c1, c2, c3), key));

    [Fact]
    public void Uniform_numbers_are_the_upper_bits_of_the_blocks()
    {
        // Element i of a group of 32 is word i / 8 of block i mod 8: the vectorised path against the scalar one.
        var key = new NoiseKey(Seed: 5, Stream: 6, Frame: 7, Member: 8, Step: 9);
        var numbers = new float[96];
        CounterNoise.FillUniform(numbers, key);
        var (low, high, _, _) = Philox.Block((6, 7, 0, 0), 5);
        for (var i = 0; i < numbers.Length; i++)
        {
            var block = (uint)(i / 32 * 8 + i % 8);
            var (w0, w1, w2, w3) = Philox.Block((block, 0, 9, 8), low | ((ulong)high << 32));
            uint[] words = [w0, w1, w2, w3];
            Assert.Equal((words[i % 32 / 8] >> 8) / 16777216f, numbers[i]);
        }
    }
}
